// What the kinds of catalogue fields may say: times, URLs, counts (pure).
//
// Each is as strict as its text in PROTOCOL.md, and no stricter: nothing here knows which field or
// event it judges.
#pragma once

#include <string_view>

namespace keepline {

// RFC 3339 date-time in UTC, written with `T` and `Z`: a day that exists, a fraction of any length.
// A leap second is one only at 23:59:60 on the last day of a month.
bool is_time(std::string_view text);

// An absolute http or https URL with a host; no control character, space or backslash, and a port,
// where there is one, of at most 65535. Whether anybody answers there is not looked at.
bool is_web_url(std::string_view text);

// An integer from 0 to 2^53 - 1, however it was spelled: 17, 17.0 and 1.7e1 are one number once the
// frame is parsed, and what is parsed is what is delivered.
bool is_count(double value);

}  // namespace keepline
