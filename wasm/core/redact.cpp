#include "redact.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "text.hpp"
#include "utf8.hpp"

namespace keepline {
namespace {

constexpr std::string_view redacted = "[redacted]";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";
constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::size_t opaque_part_min = 32;  // no word is as long; digests, keys and UUIDs are
constexpr std::size_t random_part_min = 20;  // shorter tokens, known by how they mix; AKIA keys
constexpr std::size_t member_name_max = 24;  // longer names may be data used as keys

// What a byte may be, a bit each.
constexpr unsigned digit = 1;
constexpr unsigned upper = 2;
constexpr unsigned lower = 4;
constexpr unsigned dash = 8;  // and _
constexpr unsigned dot = 16;
constexpr unsigned slash = 32;    // and +
constexpr unsigned assigns = 64;  // between a name and its value, also in a URL
constexpr unsigned solid = 128;   // neither that nor white space, a quote, a comma or an escape
constexpr unsigned letter = upper | lower;
constexpr unsigned alphanumeric = digit | letter;
constexpr unsigned base64url = alphanumeric | dash;
constexpr unsigned opaque = solid | assigns;  // padding, and all that subprotocols may hold

constexpr auto kinds = [] {
  std::array<std::uint8_t, 256> out{};
  for (std::size_t c = '!'; c < out.size(); ++c) out[c] = solid;
  const auto set = [&out](std::string_view bytes, unsigned kind) {
    for (const char c : bytes) out[static_cast<unsigned char>(c)] = static_cast<std::uint8_t>(kind);
  };
  set("0123456789", solid | digit);
  set("ABCDEFGHIJKLMNOPQRSTUVWXYZ", solid | upper);
  set("abcdefghijklmnopqrstuvwxyz", solid | lower);
  set("-_", solid | dash);
  set(".", solid | dot);
  set("/", solid | slash);
  set("+", slash | assigns);
  set("=:%", assigns);
  set("\"',\\\x7F", 0);
  return out;
}();

bool is(char c, unsigned kind) { return (kinds[static_cast<unsigned char>(c)] & kind) != 0; }

// The bytes at the beginning that are of one of these kinds, or of none of them.
std::size_t run_of(std::string_view text, unsigned kind, bool none = false) {
  std::size_t size = 0;
  while (size < text.size() && is(text[size], kind) != none) ++size;
  return size;
}

bool has(std::string_view text, unsigned kind) { return run_of(text, kind, true) < text.size(); }

std::size_t run_length(std::string_view text, bool (*belongs)(char)) {
  std::size_t size = 0;
  while (size < text.size() && belongs(text[size])) ++size;
  return size;
}

// How often small letters turn to a capital, or letters to digits and back.
std::size_t turns(std::string_view text) {
  std::size_t count = 0;
  unsigned before = 0;
  for (const char c : text) {
    const unsigned kind = kinds[static_cast<unsigned char>(c)] & alphanumeric;
    const bool begins_word = before == upper && kind == lower;
    if (before != 0 && kind != 0 && before != kind && !begins_word) ++count;
    before = kind;
  }
  return count;
}

// In random base64 two neighbours in five do; in names, paths and numbers one in ten does, and
// names of servers and files have no capitals.
bool looks_random(std::string_view text) {
  return has(text, upper) && has(text, digit) && turns(text) * 6 >= text.size();
}

// Which word of the list the text ends with, in any case; -1 where none.
int ending(std::string_view text, std::string_view list) {
  for (int at = 0;; ++at) {
    const std::string_view word = word_at(list, static_cast<std::size_t>(at));
    if (word.empty()) return -1;
    const std::string_view end = text.substr(text.size() - std::min(word.size(), text.size()));
    if (std::equal(end.begin(), end.end(), word.begin(), word.end(),
                   [](char c, char small) { return (c | 0x20) == small; })) {
      return at;
    }
  }
}

// `run` is base64url parts joined by dots. A JWT's first part is the base64url of `{"`, which is
// eyJ for every token, even one that was cut short.
bool is_secret(std::string_view run) {
  const bool starts_as_jwt = run.starts_with("eyJ");
  while (true) {
    const std::string_view part = run.substr(0, run_of(run, base64url));
    const std::size_t size = part.size();
    if (size >= opaque_part_min) return true;
    if (size >= random_part_min && (looks_random(part) || !has(part, lower | dash))) return true;
    if (size == run.size()) return false;
    if (starts_as_jwt || ending(part, "bearer") == 0) return true;
    run.remove_prefix(size + 1);
  }
}

// Base64 as it is without a URL in mind; a path has its alphabet, too.
bool begins_with_base64(std::string_view text) {
  const std::size_t size = run_of(text, alphanumeric | slash);
  const std::size_t padding = run_of(text.substr(size), assigns);
  return size + padding >= opaque_part_min && looks_random(text.substr(0, size));
}

// What follows a name in a text: so much stands between, and so much is its secret.
struct NamedSecret {
  std::size_t between = 0;
  std::size_t size = 0;
};

// `Bearer x`, `access_token=x`, `"apiKey": "x"`. A word that explains, as in `token: expired`, is
// no secret.
NamedSecret named_secret(std::string_view name, std::string_view text) {
  constexpr std::string_view names =
      "bearer,basic,token,authorization,auth,secret,password,pwd,key,cookie,session,jwt,ticket,sig";
  const int named = ending(name, names);
  const std::size_t between = named < 0 ? 0 : run_of(text, solid, true);
  if (between == 0) return {};
  const std::string_view marks = text.substr(0, between);
  const char last = marks.back();
  const bool scheme = named < 2 && marks[0] <= ' ';
  if (last == '\\' || !(scheme || has(marks, assigns))) return {};
  const std::string_view rest = text.substr(between);
  const bool quoted = last == '"' || last == '\'';
  const std::string_view value = rest.substr(0, quoted ? rest.find(last) : run_of(rest, opaque));
  const bool explains =
      named > 0 &&
      std::all_of(marks.begin(), marks.end(), [](char c) { return c == ':' || c == ' '; }) &&
      !has(value, digit) && turns(value) == 0;
  return explains ? NamedSecret{} : NamedSecret{between, value.size()};
}

// `user:password@` of a URL, or a token in its place.
std::size_t user_info_size(std::string_view text) {
  if (!text.starts_with("//")) return 0;
  const std::string_view authority = text.substr(2, run_of(text.substr(2), opaque));
  const std::size_t size = authority.find('@');
  return size < authority.find('/') ? size : 0;
}

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

bool add_code_point(Clipped& out, std::string_view text, Utf8Step step) {
  if (!step.valid) return out.add(replacement, 1);
  if (!must_escape(step.code_point)) return out.add(text.substr(0, step.bytes), 1);
  const auto escaped = escape(step.code_point);
  return out.add({escaped.data(), escaped.size()}, escaped.size());
}

bool add_plain(Clipped& out, std::string_view text) {
  while (!text.empty()) {
    const Utf8Step step = read_utf8(text);
    if (!add_code_point(out, text, step)) return false;
    text.remove_prefix(step.bytes);
  }
  return true;
}

}  // namespace

std::string safe_text(std::string_view text) {
  Clipped out;
  bool fits = true;
  while (fits && !text.empty()) {
    std::size_t plain = run_of(text, base64url | dot);
    std::size_t secret = 0;
    const std::string_view run = text.substr(0, plain);
    if (run.empty()) {
      secret = user_info_size(text);
      plain = secret > 0 ? 2 : read_utf8(text).bytes;
    } else if (is_secret(run) || begins_with_base64(text)) {
      plain = 0;
      secret = run_of(text, opaque);
    } else {
      const NamedSecret named = named_secret(run, text.substr(plain));
      plain += named.between;
      secret = named.size;
    }
    fits = add_plain(out, text.substr(0, plain)) &&
           (secret == 0 || out.add(redacted, redacted.size()));
    text.remove_prefix(plain + secret);
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
  return !name.empty() && name.size() <= member_name_max && is(name[0], letter) &&
         run_of(name, base64url) == name.size() && safe_text(name) == name;
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
