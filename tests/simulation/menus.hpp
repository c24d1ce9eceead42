// What a script may name by number: frames, close codes, reasons, patterns. Order is part of the
// format of a script, so a new entry goes to the end of its list.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "connection.hpp"

namespace keepline::sim {

inline constexpr std::array<std::uint16_t, 25> close_codes = {
    1000, 1001, 1002, 1005, 1006, 1006, 1006, 1006, 1008, 1009, 1011, 1012,       1013,
    1015, 3000, 3003, 4400, 4401, 4403, 4408, 4409, 4413, 4429, 4500, thrown_code};
inline constexpr std::array<std::string_view, 7> reasons = {
    "",
    "bye",
    R"({"retryAfterMs":0,"spreadMs":0})",
    R"({"retryAfterMs":500,"spreadMs":10000})",
    R"({"retryAfterMs":1e9,"spreadMs":1e9})",
    R"({"retryAfterMs":"1"})",
    R"({"retryAfterMs":-1,"spreadMs":1})"};
inline constexpr std::array<std::string_view, 24> frames = {
    R"({"type":"new_call","data":{"callId":"1"}})",
    R"({"type":"import_progress","seq":4,"data":{}})",
    R"({"type":"stranger"})",
    R"({"type":"__proto__","data":1})",
    R"({"type":"pong","id":"1"})",
    R"({"type":"pong","id":"99999999999"})",
    R"({"type":"pong"})",
    R"({"type":"ping","id":"7"})",
    "ping",
    "pong",
    R"({"type":"going_away","data":{"retryAfterMs":500,"spreadMs":10000}})",
    R"({"type":"going_away","data":{"retryAfterMs":400000}})",
    R"({"type":"going_away"})",
    R"({"type":"authed","data":{"expiresInMs":20000}})",
    R"({"type":"authed","data":{"expiresInMs":0}})",
    R"({"type":"error","data":{"code":"rate","message":"slow down"}})",
    R"({"type":"resume"})",
    R"({"type":"connected","data":{"userId":"nobody"}})",
    R"({"type":5})",
    R"({"type":")",
    R"([1,2])",
    "",
    "{",
    R"({"data":{},"type":"new_call"})"};
// Further members of connected's data.
inline constexpr std::array<std::string_view, 8> features = {
    "",
    R"(,"heartbeatMs":5000)",
    R"(,"features":["subscribe"])",
    R"(,"tokenExpiresInMs":30000,"features":["reauth"])",
    R"(,"tokenExpiresInMs":600000,"heartbeatMs":1,"features":["subscribe","reauth"])",
    R"(,"tokenExpiresInMs":1e15,"features":["reauth",1])",
    R"(,"tokenExpiresInMs":0,"features":["reauth"])",
    R"(,"tokenExpiresInMs":40000,"features":["subscribe","reauth"])"};
inline constexpr std::array<std::string_view, 5> patterns = {"*", "new_call", "import_*",
                                                             "connected", "no**pattern"};
inline constexpr std::array<std::string_view, 3> people = {"nobody", "user-1", "user-2"};

}  // namespace keepline::sim
