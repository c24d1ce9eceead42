// The figures of every run, for programs.
#include <cstdio>

#include "report.hpp"

namespace keepline::sim::herd {
namespace {

// One object, member by member; what is put into it is JSON already, or a number.
class Object {
 public:
  Object& put(std::string_view name, const std::string& json) {
    text_.append(text_.size() > 1 ? "," : "").append("\"").append(name).append("\":").append(json);
    return *this;
  }
  Object& put(std::string_view name, std::uint64_t value) {
    return put(name, std::to_string(value));
  }
  std::string end() { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

// Names of ours: nothing in them needs an escape.
std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string times(const Quantiles& quantiles) {
  return Object{}
      .put("count", std::uint64_t{quantiles.count})
      .put("p50", decimals(quantiles.p50, 1))
      .put("p95", decimals(quantiles.p95, 1))
      .put("most", decimals(quantiles.most, 1))
      .end();
}

std::string seconds_of(const Tally& tally) {
  std::string text = "[";
  for (const Second& second : tally.seconds) {
    text.append(text.size() > 1 ? ",\n" : "\n").append("[");
    text.append(std::to_string(second.dials)).append(",");
    text.append(std::to_string(second.resumes)).append(",");
    text.append(std::to_string(second.events)).append(",");
    text.append(std::to_string(second.fetches)).append(",");
    text.append(std::to_string(second.usable)).append(",");
    text.append(std::to_string(second.live)).append("]");
  }
  return text + "]";
}

std::string bars_in(const Run& run) {
  std::string text = "[";
  for (const Bar& bar : bars_of(run)) {
    text.append(text.size() > 1 ? "," : "");
    text += Object{}
                .put("what", quoted(bar.what))
                .put("most", decimals(bar.most, 2))
                .put("seen", decimals(bar.seen, 3))
                .put("kept", bar.is_kept() ? "true" : "false")
                .end();
  }
  return text + "]";
}

std::string run_in(const Run& run) {
  const Tally& tally = run.tally;
  const Worst worst = worst_of(run);
  return Object{}
      .put("client", quoted(run.client))
      .put("story", quoted(to_string(run.story.kind)))
      .put("title", quoted(title_of(run.story.kind)))
      .put("clients", std::uint64_t{run.story.concerned})
      .put("backAtMs", decimals(run.story.back_at, 0))
      .put("worst100ms", Object{}
                             .put("first20s", worst.first)
                             .put("from20sTo60s", worst.second)
                             .put("later", worst.later)
                             .end())
      .put("usableAfterMs", times(quantiles_of(tally.usable_after)))
      .put("liveAfterMs", times(quantiles_of(tally.live_after)))
      .put("dials", std::uint64_t{tally.dials.size()})
      .put("opened", tally.opened)
      .put("refused", tally.refused)
      .put("abandoned", tally.abandoned)
      .put("pending", tally.pending)
      .put("offlineDials", tally.offline_dials)
      .put("doubleDials", tally.double_dials)
      .put("linksLost", tally.links_lost)
      .put("resumes", tally.resumes)
      .put("eventsReplayed", tally.events_replayed)
      .put("gaps", tally.gaps)
      .put("fetches", std::uint64_t{tally.fetches.size()})
      .put("gaveUp", tally.gave_up)
      .put("notBack", tally.not_back)
      .put("backlogMost", tally.backlog_most)
      .put("firstPacketsDropped", tally.dropped)
      .put("bars", bars_in(run))
      .put("seconds", seconds_of(tally))
      .end();
}

}  // namespace

std::string json_of(const Settings& settings, std::span<const Run> runs) {
  std::string all = "[";
  for (const Run& run : runs) all.append(all.size() > 1 ? ",\n" : "\n").append(run_in(run));
  const std::string columns = R"(["dials","resumes","eventsReplayed","fetches","usable","live"])";
  return Object{}
             .put("settings", settings_json(settings))
             .put("secondsColumns", columns)
             .put("runs", all + "]")
             .end() +
         "\n";
}

}  // namespace keepline::sim::herd
