#include "typescript.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace keepline::generate {
namespace {

constexpr std::size_t indent_step = 2;

std::string spaces(std::size_t count) { return std::string(count, ' '); }

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::string joined(const Words& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

// Words of `text` in lines of at most `width`.
Words wrapped(std::string_view text, std::size_t width) {
  Words lines;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    const bool fits = !lines.empty() && lines.back().size() + 1 + word.size() <= width;
    if (fits) {
      lines.back() += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

}  // namespace

std::string file_head(std::string_view source, std::string_view what) {
  std::string out = "// Generated from " + std::string(source) + ": change it there.\n//\n";
  for (const std::string& line : wrapped(what, line_max - 3)) out += "// " + line + "\n";
  return out;
}

std::string quoted(std::string_view text) {
  const auto singles = std::count(text.begin(), text.end(), '\'');
  const auto doubles = std::count(text.begin(), text.end(), '"');
  const char quote = singles > doubles ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    out += c;
  }
  return out + quote;
}

Words quoted_all(std::span<const std::string_view> words) {
  Words out;
  std::transform(words.begin(), words.end(), std::back_inserter(out), quoted);
  return out;
}

std::string property(std::string_view name) {
  const bool plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
                     std::all_of(name.begin(), name.end(),
                                 [](char c) { return is_alphanumeric(c) || c == '_' || c == '$'; });
  return plain ? std::string(name) : quoted(name);
}

std::string pascal_case(std::string_view name) {
  std::string out;
  bool starts_word = true;
  for (const char c : name) {
    if (!is_alphanumeric(c)) {
      starts_word = true;
      continue;
    }
    out += starts_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    starts_word = false;
  }
  return out;
}

std::string number_text(double value) {
  std::ostringstream out;
  out.precision(15);
  out << value;
  return out.str();
}

std::string doc_comment(std::string_view text, std::size_t indent) {
  std::string one_line = spaces(indent) + "/** " + std::string(text) + " */\n";
  if (one_line.size() <= line_max + 1) return one_line;
  std::string out = spaces(indent) + "/**\n";
  for (const std::string& line : wrapped(text, line_max - indent - 3)) {
    out += spaces(indent) + " * " + line + "\n";
  }
  return out + spaces(indent) + " */\n";
}

std::string union_statement(std::string_view lead, const Words& members) {
  std::string one_line = std::string(lead) + " " + joined(members, " | ") + ";\n";
  if (one_line.size() <= line_max + 1) return one_line;
  const std::size_t indent = lead.find_first_not_of(' ') + indent_step;
  std::string out(lead);
  for (const std::string& member : members) out += "\n" + spaces(indent) + "| " + member;
  return out + ";\n";
}

std::string array_statement(std::string_view lead, const Words& elements, std::string_view tail) {
  std::string one_line =
      std::string(lead) + " [" + joined(elements, ", ") + "]" + std::string(tail) + "\n";
  if (one_line.size() <= line_max + 1) return one_line;
  std::string out = std::string(lead) + " [\n";
  for (const std::string& element : elements) out += spaces(indent_step) + element + ",\n";
  return out + "]" + std::string(tail) + "\n";
}

std::string text_property(std::string_view name, std::string_view text, std::size_t indent) {
  const std::string key = spaces(indent) + property(name) + ":";
  const std::string value = quoted(text) + ",\n";
  if (key.size() + 1 + value.size() <= line_max + 1) return key + " " + value;
  return key + "\n" + spaces(indent + indent_step) + value;
}

}  // namespace keepline::generate
