// What goes wrong, and when: the scenarios, as steps in time. Knows no client and carries nothing
// out.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "event_queue.hpp"
#include "settings.hpp"

namespace keepline::sim::herd {

std::string_view to_string(StoryKind kind);
// What it is, for people.
std::string_view title_of(StoryKind kind);
// Nothing where the name is of none.
std::vector<StoryKind> stories_of(std::string_view name);

struct Step {
  enum class Kind : std::uint8_t {
    dies,
    stops,
    rises,
    leaves,
    log_restarts,
    office_fails,
    office_back
  };
  Moment at = 0;
  Kind kind = Kind::dies;
  std::uint32_t node = 0;
};

struct Story {
  StoryKind kind = StoryKind::outage;
  std::vector<Step> steps;
  Moment back_at = 0;           // whoever lost a link before waits for this
  Moment end = 0;               // nothing happens after it
  std::uint32_t concerned = 0;  // the first so many clients
  bool is_cut(std::uint32_t client, Moment now) const {
    const bool by_network = kind == StoryKind::office_told || kind == StoryKind::office_silent;
    return by_network && client < concerned && now >= 0 && now < back_at;
  }
};

Story tell(StoryKind kind, const Settings& settings);

}  // namespace keepline::sim::herd
