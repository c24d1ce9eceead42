// What is written of a run: figures that agree with each other, and the same text for the same
// seed.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "report.hpp"

using namespace keepline::sim::herd;
using nlohmann::json;

namespace {

Request small(double seed = 1) {
  Request request;
  request.settings.clients = 200;
  request.settings.seed = seed;
  request.stories = {StoryKind::outage, StoryKind::stop,        StoryKind::deploy,
                     StoryKind::redis,  StoryKind::office_told, StoryKind::office_silent};
  return request;
}

json parsed(const Request& request) {
  return json::parse(json_of(request.settings, run_all(request)));
}

}  // namespace

TEST_SUITE("herd: what is written") {
  TEST_CASE("the seconds of the JSON sum up to its counters, in every run") {
    const json all = parsed(small());
    const json& columns = all["secondsColumns"];
    CHECK(all["runs"].size() == 18);
    for (const json& run : all["runs"]) {
      CAPTURE(run["client"].get<std::string>());
      CAPTURE(run["story"].get<std::string>());
      for (const char* name : {"dials", "resumes", "eventsReplayed", "fetches"}) {
        const auto place = std::find(columns.begin(), columns.end(), name) - columns.begin();
        std::uint64_t sum = 0;
        for (const json& second : run["seconds"]) sum += second[place].get<std::uint64_t>();
        CHECK(sum == run[name].get<std::uint64_t>());
      }
      const std::uint64_t ends = run["opened"].get<std::uint64_t>() +
                                 run["refused"].get<std::uint64_t>() +
                                 run["abandoned"].get<std::uint64_t>();
      CHECK(ends + run["pending"].get<std::uint64_t>() == run["dials"].get<std::uint64_t>());
      CHECK(run["usableAfterMs"]["count"].get<std::uint64_t>() +
                run["gaveUp"].get<std::uint64_t>() ==
            run["linksLost"].get<std::uint64_t>());
      CHECK(run["doubleDials"] == 0);
      CHECK(run["notBack"] == run["gaveUp"]);
    }
  }

  TEST_CASE("the parameters of the run are there, those that were given and the others") {
    Request request = small();
    request.settings.down_s = {30, 40};
    request.settings.dead = Dead::silent;
    request.stories = {StoryKind::redis};
    const json settings = parsed(request)["settings"];
    CHECK(settings["clients"] == 200);
    CHECK(settings["token-ms"] == 0.5);
    CHECK(settings["down-s"] == json::array({30, 40}));
    CHECK(settings["dead"] == "silent");
  }

  TEST_CASE("the same seed gives the same text of every kind, and another one another") {
    const Request request = small();
    const auto once = run_all(request);
    const auto again = run_all(request);
    const auto other = run_all(small(2));
    CHECK(json_of(request.settings, once) == json_of(request.settings, again));
    CHECK(table_of(once) == table_of(again));
    CHECK(picture_of(once) == picture_of(again));
    CHECK(section_of(request.settings, once) == section_of(request.settings, again));
    CHECK(table_of(once) != table_of(other));
    CHECK(picture_of(once) != picture_of(other));
  }

  TEST_CASE("the picture has every client and story, and no number that is none") {
    const auto runs = run_all(small());
    const std::string picture = picture_of(runs);
    for (const Run& run : runs) {
      CAPTURE(run.client);
      if (run.story.kind == StoryKind::outage) {
        CHECK(picture.find(">" + run.client + "<") != std::string::npos);
      }
      CHECK(picture.find(title_of(run.story.kind)) != std::string::npos);
    }
    CHECK(picture.find("prefers-color-scheme:dark") != std::string::npos);
    CHECK(picture.find("nan") == std::string::npos);
    CHECK(picture.find("inf") == std::string::npos);
  }

  TEST_CASE("bars are kept or missed by what was seen, and only the machine has any") {
    Run run{.client = std::string(machine_name), .story = {.concerned = 1000}};
    for (int dial = 0; dial < 15; ++dial) run.tally.dials.push_back(1000);
    run.tally.usable_after = {1000, 20001};
    const auto bars = bars_of(run);
    REQUIRE(bars.size() == 3);
    CHECK(bars[0].is_kept());
    CHECK(bars[1].is_kept());
    CHECK_FALSE(bars[2].is_kept());
    run.tally.dials.push_back(1099);
    CHECK_FALSE(bars_of(run)[0].is_kept());
    run.tally.usable_after = {1000};
    CHECK(bars_of(run)[2].is_kept());
    run.tally.not_back = 51;
    CHECK_FALSE(bars_of(run)[2].is_kept());
    run.client = "another 1.0";
    CHECK(bars_of(run).empty());
  }

  TEST_CASE("numbers are written for readers") {
    CHECK(grouped(7) == "7");
    CHECK(grouped(1234567) == "1,234,567");
    CHECK(decimals(1.25, 1) == "1.2");
    CHECK(row_of({.client = "x", .story = {.concerned = 10}, .tally = {.dials = {1, 2}}}).first ==
          "2 (20.0 %)");
  }
}
