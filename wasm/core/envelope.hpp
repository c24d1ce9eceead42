// The hot path: the head of a frame in; its type out, and where its seq, id and ts stand. No
// allocation, and nothing is decoded that nobody asks for.
//
// Reads top-level members in order and stops at the first `data` once the type is known (PROTOCOL:
// type first, data last), or at the end of what it was given. It does not prove that the rest is
// JSON: whoever delivers the frame parses it whole, and a dropped frame needs no proof.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "json_scan.hpp"
#include "options.hpp"

namespace keepline {

inline constexpr std::size_t type_max_bytes = 64;
inline constexpr std::size_t id_max_bytes = 64;
// As much of a frame as routing an ordinary one needs: type first, and its small neighbours.
inline constexpr std::size_t head_bytes = 256;
// A number in more characters is not read (its grammar is still checked): nobody writes it by hand,
// and no serialiser of doubles needs more than 25.
inline constexpr std::size_t number_max_bytes = 64;
inline constexpr double seq_max = 9007199254740991;  // 2^53 - 1, JavaScript's MAX_SAFE_INTEGER

// Room for a type and an id whose escapes had to be decoded; the views below may point into it.
struct EnvelopeScratch {
  std::array<char, type_max_bytes> type;
  std::array<char, id_max_bytes> id;
};

// Why a frame is not one of ours.
enum class Malformed : std::uint8_t {
  none,
  not_json,  // JSON.parse would refuse it (or it ends too early)
  not_an_object,
  byte_order_mark,
  no_type,
  type_not_a_string,
  type_empty,
  type_too_long,
  type_differs,  // duplicate members: the parsed type is not the routed one
  not_utf8,      // the frame's bytes, or a type with an unpaired surrogate, which no bytes can say
  too_deep,      // a value that had to be stepped over nests deeper than scan_depth_max
  too_large,
};
std::string_view to_string(Malformed why);

struct Envelope {
  std::string_view type;  // decoded, 1-64 bytes
  // The last value of each as it is written, of whatever kind; empty where there is none.
  std::string_view raw_seq;
  std::string_view raw_id;
  std::string_view raw_ts;
  // More members may follow those that were read: what is missing is not reached, rather than
  // absent.
  bool cut = false;

  // 1 to 2^53 - 1; any other form is absent.
  std::optional<std::uint64_t> seq() const;
  // Decoded; empty where absent, no string, over 64 bytes or not UTF-8. May point into `scratch`.
  std::string_view id(EnvelopeScratch& scratch) const;
  // Milliseconds since the epoch; absent where it is no number that a double can hold.
  std::optional<double> ts() const;
};

enum class ScanResult : std::uint8_t { found, need_more, malformed };

struct Scan {
  ScanResult result = ScanResult::malformed;
  Envelope envelope;
  Malformed why = Malformed::none;
  std::size_t offset = 0;  // where it went wrong
};

// `complete`: `head` is the whole frame. need_more only where it is not.
// With a type found but the head cut later, the result is `found`, with the members seen so far.
Scan scan_envelope(std::string_view head, bool complete, const EnvelopeNames& names,
                   EnvelopeScratch& scratch);

// The same for a whole frame, read to its last byte: `found` is what a page's JSON.parse takes and
// has the routed type. Strict judgement begins with it.
Scan scan_whole(std::string_view frame, const EnvelopeNames& names, EnvelopeScratch& scratch);

// "ping" or "pong" without JSON around it (white space is not allowed around it).
enum class BareText : std::uint8_t { none, ping, pong };
BareText bare_text(std::string_view head, bool complete);

}  // namespace keepline
