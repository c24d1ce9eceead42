#include "redact.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "text.hpp"
#include "utf8.hpp"

namespace keepline {
namespace {

constexpr std::string_view redacted = "[redacted]";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";
constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::size_t opaque_part_min = 32;  // no word is as long; digests, keys and UUIDs are
constexpr std::size_t dotted_part_min =
    6;  // three such parts are a token; a host name's are shorter
constexpr std::size_t dotted_parts_min = 3;
constexpr std::size_t member_name_max = 24;  // longer names may be data used as keys

bool is_base64url(char c) { return is_digit(c) || is_letter(c) || c == '-' || c == '_'; }

std::size_t run_length(std::string_view text, bool (*belongs)(char)) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  return static_cast<std::size_t>(end - text.begin());
}

bool is_bearer(std::string_view part) {
  constexpr std::string_view bearer = "bearer";
  return part.size() == bearer.size() &&
         std::equal(part.begin(), part.end(), bearer.begin(),
                    [](char c, char small) { return (c | 0x20) == small; });
}

// `run` is base64url parts joined by dots. A JWT's first part is the base64url of `{"`, which is
// eyJ for every token, even one that was cut short; other dotted tokens are known by three long
// parts, so that host names and version numbers stay readable.
bool is_secret(std::string_view run) {
  const bool starts_as_jwt = run.substr(0, 3) == "eyJ";
  std::size_t parts = 0;
  std::size_t shortest = run.size();
  while (true) {
    const std::size_t size = run_length(run, is_base64url);
    if (size >= opaque_part_min) return true;
    if (is_bearer(run.substr(0, size)) && size < run.size()) return true;
    shortest = std::min(shortest, size);
    ++parts;
    if (size == run.size()) break;
    run.remove_prefix(size + 1);
  }
  if (starts_as_jwt) return parts > 1;
  return parts >= dotted_parts_min && shortest >= dotted_part_min;
}

bool continues_run(char c) { return is_base64url(c) || c == '.'; }

// What may follow inside the same secret: padding, plain base64, other subprotocol characters.
bool continues_secret(char c) { return c > ' ' && c < '\x7F' && c != '"' && c != '\'' && c != ','; }

bool must_escape(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::array<char, 6> escape(char32_t c) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::array<char, 6> out = {'\\', 'u'};
  for (std::size_t at = out.size() - 1; at >= 2; --at, c >>= 4) out[at] = hex[c & 0xFU];
  return out;
}

// Text of at most `safe_text_max_characters`, the ellipsis included. A piece goes in whole or not
// at all, so that no escape is cut in two.
class Clipped {
 public:
  // False once nothing more fits.
  bool add(std::string_view piece, std::size_t characters) {
    if (characters_ + characters > safe_text_max_characters) {
      text_.resize(bytes_before_ellipsis_);
      text_ += ellipsis;
      return false;
    }
    text_ += piece;
    characters_ += characters;
    if (characters_ < safe_text_max_characters) bytes_before_ellipsis_ = text_.size();
    return true;
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::size_t characters_ = 0;
  std::size_t bytes_before_ellipsis_ = 0;
};

bool add_plain(Clipped& out, std::string_view run) {
  return std::all_of(run.begin(), run.end(), [&](const char& c) { return out.add({&c, 1}, 1); });
}

bool add_code_point(Clipped& out, std::string_view text, Utf8Step step) {
  if (!step.valid) return out.add(replacement, 1);
  if (!must_escape(step.code_point)) return out.add(text.substr(0, step.bytes), 1);
  const auto escaped = escape(step.code_point);
  return out.add({escaped.data(), escaped.size()}, escaped.size());
}

}  // namespace

std::string safe_text(std::string_view text) {
  Clipped out;
  bool fits = true;
  while (fits && !text.empty()) {
    const std::size_t run = run_length(text, continues_run);
    if (run == 0) {
      const Utf8Step step = read_utf8(text);
      fits = add_code_point(out, text, step);
      text.remove_prefix(step.bytes);
    } else if (is_secret(text.substr(0, run))) {
      fits = out.add(redacted, redacted.size());
      text.remove_prefix(run_length(text, continues_secret));
    } else {
      fits = add_plain(out, text.substr(0, run));
      text.remove_prefix(run);
    }
  }
  return out.take();
}

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_structural(char c) {
  constexpr std::string_view marks = "{}[]:,";
  return marks.find(c) != std::string_view::npos;
}

bool is_bare(char c) { return !is_space(c) && !is_structural(c) && c != '"'; }

bool is_number_character(char c) {
  constexpr std::string_view marks = "+-.eE";
  return is_digit(c) || marks.find(c) != std::string_view::npos;
}

bool is_member_name(std::string_view name) {
  return !name.empty() && name.size() <= member_name_max && is_letter(name[0]) &&
         run_length(name, is_base64url) == name.size() && safe_text(name) == name;
}

void append_length_mark(std::string& out, std::size_t bytes) {
  append_decimal(out += '<', bytes);
  out += '>';
}

// The bytes of a string up to its closing quote, or up to where the head was cut.
std::size_t string_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min(at, text.size());
}

void append_bare(std::string& out, std::string_view word) {
  const bool number =
      (is_digit(word[0]) || word[0] == '-') && run_length(word, is_number_character) == word.size();
  if (number) {
    for (const char c : word) out += is_digit(c) ? '#' : c;
  } else if (word == "true" || word == "false" || word == "null") {
    out += word;
  } else {
    append_length_mark(out, word.size());
  }
}

// The next token's sketch; takes the token off `text`, which does not begin with white space.
void append_sketch(std::string& out, std::string_view& text) {
  if (is_structural(text[0])) {
    out += text[0];
    text.remove_prefix(1);
    return;
  }
  if (text[0] != '"') {
    const std::string_view word = text.substr(0, run_length(text, is_bare));
    text.remove_prefix(word.size());
    append_bare(out, word);
    return;
  }
  text.remove_prefix(1);
  const std::string_view value = text.substr(0, string_length(text));
  text.remove_prefix(value.size());
  const bool closed = !text.empty();
  if (closed) text.remove_prefix(1);
  const std::string_view rest = text.substr(run_length(text, is_space));
  const bool named = closed && rest.substr(0, 1) == ":" && is_member_name(value);
  out += '"';
  if (named) {
    out += value;
  } else {
    append_length_mark(out, value.size());
  }
  if (closed) out += '"';
}

}  // namespace

std::string sketch_frame(std::string_view head, std::size_t total_bytes) {
  std::string tail(ellipsis);
  append_length_mark(tail += ' ', total_bytes);
  const std::size_t room = frame_sketch_max_bytes - tail.size();
  bool cut = head.size() < total_bytes;
  std::string out;
  while (true) {
    head.remove_prefix(run_length(head, is_space));
    if (head.empty()) break;
    const std::size_t before = out.size();
    append_sketch(out, head);
    if (out.size() <= room) continue;
    out.resize(before);
    cut = true;
    break;
  }
  if (cut) out += tail;
  return out;
}

}  // namespace keepline
