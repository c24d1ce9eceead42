#include "output.hpp"

#include "text.hpp"

namespace keepline {

std::string_view to_string(SendOutcome outcome) {
  constexpr std::string_view names =
      "sent,queue_full,expired,too_big,not_serialisable,disconnected,identity_changed,reserved_"
      "type,done,repeated,rejected,unconfirmed,unsupported";
  static_assert(names_all(names, SendOutcome::unsupported));
  return name_in(names, outcome);
}

std::string_view to_string(Missed missed) {
  constexpr std::string_view names = "none,replayed,unknown";
  static_assert(names_all(names, Missed::unknown));
  return name_in(names, missed);
}

std::string_view to_string(LogLevel level) {
  constexpr std::string_view names = "debug,info,warn,error,silent";
  static_assert(names_all(names, LogLevel::silent));
  return name_in(names, level);
}

}  // namespace keepline
