// Scripts: written and read back, shrunk, and played again.
#include <doctest/doctest.h>

#include <algorithm>

#include "dice.hpp"
#include "random_walk.hpp"
#include "shrink.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

Script drawn(std::uint64_t seed) { return walk({seed, 300, std::nullopt}).script; }

bool has(const Script& script, const Act& wanted) {
  return std::find(script.acts.begin(), script.acts.end(), wanted) != script.acts.end();
}

}  // namespace

TEST_SUITE("script") {
  TEST_CASE("scripts are read back as they were written, to the last bit of every number") {
    const std::vector<Script> scripts = {drawn(1), drawn(2)};
    const auto read = read_scripts(to_text(scripts[0]) + to_text(scripts[1]));
    REQUIRE(std::holds_alternative<std::vector<Script>>(read));
    CHECK(std::get<std::vector<Script>>(read) == scripts);
  }

  TEST_CASE("a line that is none of a script is named, and nothing is guessed") {
    for (const char* const line :
         {"connekt", "run", "run x", "run 1 2", "option jitter", "option connect 1", "seed"}) {
      CAPTURE(line);
      const auto read = read_scripts(std::string("seed 1\nconnect  # as ever\n\n") + line + "\n");
      REQUIRE(std::holds_alternative<std::string>(read));
      CHECK(std::get<std::string>(read).starts_with("line 4 is no line of a script: "));
    }
    CHECK(std::holds_alternative<std::string>(read_scripts("connect\n")));
  }

  TEST_CASE("a script told again tells the same, and a walk's seed draws the same script") {
    std::string told;
    std::string again;
    run_script(drawn(3), std::nullopt, &told);
    run_script(drawn(3), std::nullopt, &again);
    CHECK(told == again);
    CHECK(told.size() > 1000);
  }

  TEST_CASE("what a walk is to play can be drawn without playing it") {
    CHECK(draw(5, 300) == drawn(5));
  }

  TEST_CASE("an option of a script says who is signed in as its world begins") {
    Script script{1, {option("adopted", 0)}, {act("connect"), act("run", 5000)}};
    std::string told;
    CHECK(run_script(script, std::nullopt, &told).empty());
    CHECK(told.find("RequestToken") == std::string::npos);
    script.options = {option("adopted", 1)};
    CHECK(run_script(script, std::nullopt, &told).empty());
    CHECK(told.find("RequestToken") != std::string::npos);
  }

  TEST_CASE("shrinking leaves only the acts and the digits that the failure needs") {
    Script script = drawn(4);
    script.options = {option("jitter", 0.123), option("strict", 1)};
    std::erase_if(script.acts, [](const Act& one) { return one.verb == act("run").verb; });
    script.acts.insert(script.acts.begin() + 100, act("run", 1234.5678));
    script.acts.push_back(act("disconnect"));
    const Act wanted = act("disconnect");
    const Script least = shrink(script, [&](const Script& each) {
      const bool runs = std::any_of(each.acts.begin(), each.acts.end(), [](const Act& one) {
        return one.verb == act("run").verb && one.with[0] > 800;
      });
      return runs && has(each, wanted) && !each.options.empty();
    });
    CHECK(least.acts == std::vector<Act>{act("run", 1000), wanted});
    CHECK(least.options.size() == 1);
  }
}
