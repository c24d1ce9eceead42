// Pieces of TypeScript text, spelled as the project's formatter would spell them: 2 spaces, 100
// columns, single quotes where that needs no more escapes than double ones.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keepline::generate {

inline constexpr std::size_t line_max = 100;

using Words = std::vector<std::string>;

// The comment a generated file opens with; `source` is the file to change instead.
std::string file_head(std::string_view source, std::string_view what);

// A string literal.
std::string quoted(std::string_view text);
Words quoted_all(std::span<const std::string_view> words);

// A property name, quoted only where it must be.
std::string property(std::string_view name);

// "conference-ready" -> "ConferenceReady".
std::string pascal_case(std::string_view name);

// A number as JavaScript spells it: 30000, 0.3.
std::string number_text(double value);

// A documentation comment, on one line where it fits.
std::string doc_comment(std::string_view text, std::size_t indent);

// `lead` is what stands before the union, indentation included ("export type State ="); ends in
// ";\n".
std::string union_statement(std::string_view lead, const Words& members);

// `lead` opens the statement ("export const eventTypes ="), `tail` closes it (" as const;").
std::string array_statement(std::string_view lead, const Words& elements, std::string_view tail);

// `name: 'text',` with the literal on a line of its own where it would not fit.
std::string text_property(std::string_view name, std::string_view text, std::size_t indent);

}  // namespace keepline::generate
