// Text from outside made fit to be shown or logged: bounded, escaped, and without secrets.
//
// Every reason, type name or frame that the core writes into a log line, a status or diagnostics
// passes through here. It does not know what is secret; it cuts out what looks like a token.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keepline {

inline constexpr std::size_t safe_text_max_characters = 64;
inline constexpr std::size_t frame_sketch_max_bytes = 256;

// Control characters and bidirectional controls (U+202A-202E, U+2066-2069, U+200E/F, U+061C) become
// \u escapes, invalid UTF-8 becomes U+FFFD; cut to 64 characters, on a code-point boundary, with
// "…" where something was cut. What is like a secret becomes "[redacted]":
//   - a JWT, `bearer.…`, and a run of 32 and more base64url characters;
//   - a run of 20 and more, or of plain base64, in which capitals and digits are mixed as in
//   nothing
//     that people write; in capitals alone, as AWS key ids are;
//   - the word after `Bearer`, the value of `access_token=`, `"password":`, `x-api-key:` and their
//     like, and what stands before `@` in a URL.
// Words that only explain (`token: expired`), names, paths, hosts and versions stay.
std::string safe_text(std::string_view text);

// The structure of a frame without its content: punctuation and literals kept, every string value
// replaced by its length ("<12>"), member names kept only where they are short plain identifiers
// that safe_text would leave alone, digits replaced by '#', anything else by its length; at most
// 256 bytes.
std::string sketch_frame(std::string_view head, std::size_t total_bytes);

}  // namespace keepline
