#include "error.hpp"
#include "generate.hpp"
#include "typescript.hpp"

namespace keepline::generate {

namespace {

// What can go wrong before the module is there.
bool is_early(ErrorKind kind) {
  return kind == ErrorKind::option_invalid || kind == ErrorKind::wasm_unavailable;
}

std::string texts(bool early) {
  std::string out;
  for (int i = 0; i < error_kind_count; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    if (is_early(kind) != early) continue;
    const ErrorText text = describe(kind);
    out += "  " + property(to_string(kind)) + ": {\n";
    out += text_property("message", text.message, 4);
    out += text_property("remedy", text.remedy, 4);
    out += "  },\n";
  }
  return out;
}

}  // namespace

std::string errors_source() {
  Words kinds;
  for (int i = 0; i < error_kind_count; ++i) {
    kinds.push_back(quoted(to_string(static_cast<ErrorKind>(i))));
  }
  return file_head("wasm/core/error.cpp",
                   "What can go wrong with a connection, and what to do where that can be before "
                   "the module is there.") +
         "\n" + union_statement("export type ErrorKind =", kinds) +
         "\n"
         "export interface ErrorText {\n"
         "  /** What happened. */\n"
         "  readonly message: string;\n"
         "  /** What to do next. */\n"
         "  readonly remedy: string;\n"
         "}\n"
         "\n"
         "export const errorTexts = {\n" +
         texts(true) + "} as const satisfies Partial<Record<ErrorKind, ErrorText>>;\n";
}

std::string late_errors_source() {
  return file_head("wasm/core/error.cpp",
                   "What can go wrong once the module is there, and what to do then.") +
         "import type { ErrorKind, ErrorText, errorTexts } from './errors.js';\n"
         "\n"
         "export const lateErrorTexts: Readonly<\n"
         "  Record<Exclude<ErrorKind, keyof typeof errorTexts>, ErrorText>\n"
         "> = {\n" +
         texts(false) + "};\n";
}

std::string error_rows() {
  std::string out = "| kind | what happened | what to do |\n|---|---|---|\n";
  for (int i = 0; i < error_kind_count; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    const ErrorText text = describe(kind);
    const bool mends_itself = text.remedy.empty();
    out += "| `" + std::string(to_string(kind)) + "` | " + std::string(text.message) + " | " +
           std::string(mends_itself ? "Nothing: it goes on by itself." : text.remedy) + " |\n";
  }
  return out;
}

}  // namespace keepline::generate
