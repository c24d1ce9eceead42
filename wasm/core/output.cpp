#include "output.hpp"

namespace keepline {

std::string_view to_string(SendOutcome outcome) {
  switch (outcome) {
    case SendOutcome::sent:
      return "sent";
    case SendOutcome::queue_full:
      return "queue_full";
    case SendOutcome::expired:
      return "expired";
    case SendOutcome::too_big:
      return "too_big";
    case SendOutcome::not_serialisable:
      return "not_serialisable";
    case SendOutcome::disconnected:
      return "disconnected";
    case SendOutcome::identity_changed:
      return "identity_changed";
  }
  return {};
}

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
    case LogLevel::silent:
      return "silent";
  }
  return {};
}

}  // namespace keepline
