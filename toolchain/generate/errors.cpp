#include "error.hpp"
#include "generate.hpp"
#include "typescript.hpp"

namespace keepline::generate {

std::string errors_source() {
  Words kinds;
  std::string texts;
  for (int i = 0; i < error_kind_count; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    const ErrorText text = describe(kind);
    kinds.push_back(quoted(to_string(kind)));
    texts += "  " + property(to_string(kind)) + ": {\n";
    texts += text_property("message", text.message, 4);
    texts += text_property("remedy", text.remedy, 4);
    texts += "  },\n";
  }
  return file_head("wasm/core/error.cpp",
                   "What can go wrong with a connection, and what to do then.") +
         "\n" + union_statement("export type ErrorKind =", kinds) +
         "\n"
         "export interface ErrorText {\n"
         "  /** What happened. */\n"
         "  readonly message: string;\n"
         "  /** What to do next. */\n"
         "  readonly remedy: string;\n"
         "}\n"
         "\n"
         "export const errorTexts: Readonly<Record<ErrorKind, ErrorText>> = {\n" +
         texts + "};\n";
}

std::string error_rows() {
  std::string out = "| kind | what happened | what to do |\n|---|---|---|\n";
  for (int i = 0; i < error_kind_count; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    const ErrorText text = describe(kind);
    out += "| `" + std::string(to_string(kind)) + "` | " + std::string(text.message) + " | " +
           std::string(text.remedy) + " |\n";
  }
  return out;
}

}  // namespace keepline::generate
