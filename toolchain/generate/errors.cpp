#include "error.hpp"
#include "generate.hpp"
#include "typescript.hpp"

namespace keepline::generate {

namespace {

// What can go wrong before anything could be loaded, and what has nothing to load.
bool is_early(ErrorKind kind) {
  return kind == ErrorKind::option_invalid || kind == ErrorKind::wasm_unavailable ||
         describe(kind).remedy.empty();
}

// A property for each kind that `pick` takes.
template <class Pick>
std::string texts(std::string_view ErrorText::*member, Pick pick) {
  std::string out;
  for (int i = 0; i < error_kind_count; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    if (pick(kind)) out += text_property(to_string(kind), describe(kind).*member, 2);
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
                   "anything could be loaded.") +
         "\n" + union_statement("export type ErrorKind =", kinds) +
         "\n"
         "/** What happened. */\n"
         "export const errorMessages: Readonly<Record<ErrorKind, string>> = {\n" +
         texts(&ErrorText::message, [](ErrorKind) { return true; }) +
         "};\n"
         "\n"
         "/** What to do next. */\n"
         "export const earlyRemedies: Readonly<Partial<Record<ErrorKind, string>>> = {\n" +
         texts(&ErrorText::remedy, is_early) + "};\n";
}

std::string remedies_source() {
  return file_head("wasm/core/error.cpp",
                   "What to do next, at length: loaded when something has gone wrong.") +
         "import type { ErrorKind } from './errors.js';\n"
         "\n"
         "export const remedies: Readonly<Record<ErrorKind, string>> = {\n" +
         texts(&ErrorText::remedy, [](ErrorKind) { return true; }) + "};\n";
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
