#include "story.hpp"

#include <algorithm>

#include "text.hpp"

namespace keepline::sim::herd {
namespace {

constexpr std::string_view kinds = "outage,stop,deploy,redis,office_told,office_silent";
static_assert(names_all(kinds, StoryKind::office_silent));

void tell_outage(const Settings& settings, Story& story) {
  const auto nodes = static_cast<std::uint32_t>(settings.node_count());
  // The first that is there again takes all who dial.
  story.back_at = *std::min_element(settings.down_s.begin(), settings.down_s.end()) * 1000;
  for (std::uint32_t node = 0; node < nodes; ++node) {
    const std::size_t place = std::min<std::size_t>(node, settings.down_s.size() - 1);
    const bool told = story.kind == StoryKind::stop;
    story.steps.push_back({0, told ? Step::Kind::stops : Step::Kind::dies, node});
    story.steps.push_back({settings.down_s[place] * 1000, Step::Kind::rises, node});
  }
  if (settings.is_log_lost) story.steps.push_back({story.back_at, Step::Kind::log_restarts});
}

void tell_deploy(const Settings& settings, Story& story) {
  const auto nodes = static_cast<std::uint32_t>(settings.node_count());
  Moment at = 0;
  for (std::uint32_t node = 0; node < nodes; ++node) {
    story.steps.push_back({at, Step::Kind::leaves, node});
    story.steps.push_back({at + settings.drain_ms, Step::Kind::dies, node});
    at += settings.drain_ms + settings.restart_s * 1000;
    story.steps.push_back({at, Step::Kind::rises, node});
  }
}

}  // namespace

std::string_view to_string(StoryKind kind) { return name_in(kinds, kind); }

std::string_view title_of(StoryKind kind) {
  switch (kind) {
    case StoryKind::outage:
      return "outage: every node gone at once, nobody told";
    case StoryKind::stop:
      return "outage: every node stops at once, with a hint";
    case StoryKind::deploy:
      return "deploy: node after node, with hints";
    case StoryKind::redis:
      return "redis: the log begins anew, a gap for all";
    case StoryKind::office_told:
      return "office: its network fails, and its machines notice";
    case StoryKind::office_silent:
      return "office: its network fails, and nobody notices";
  }
  return {};
}

std::vector<StoryKind> stories_of(std::string_view name) {
  if (name == "outage") return {StoryKind::outage, StoryKind::stop};
  if (name == "deploy") return {StoryKind::deploy};
  if (name == "redis") return {StoryKind::redis};
  if (name == "office") return {StoryKind::office_told, StoryKind::office_silent};
  if (name != "all") return {};
  return {StoryKind::outage, StoryKind::stop,        StoryKind::deploy,
          StoryKind::redis,  StoryKind::office_told, StoryKind::office_silent};
}

Story tell(StoryKind kind, const Settings& settings) {
  Story story;
  story.kind = kind;
  story.concerned = static_cast<std::uint32_t>(settings.client_count());
  switch (kind) {
    case StoryKind::outage:
    case StoryKind::stop:
      tell_outage(settings, story);
      break;
    case StoryKind::deploy:
      tell_deploy(settings, story);
      break;
    case StoryKind::redis:
      story.steps.push_back({0, Step::Kind::log_restarts});
      break;
    case StoryKind::office_told:
    case StoryKind::office_silent:
      story.concerned = static_cast<std::uint32_t>(settings.office_count());
      story.back_at = settings.office_s * 1000;
      story.steps.push_back({0, Step::Kind::office_fails});
      story.steps.push_back({story.back_at, Step::Kind::office_back});
      break;
  }
  for (const Step& step : story.steps) story.end = std::max(story.end, step.at);
  return story;
}

}  // namespace keepline::sim::herd
