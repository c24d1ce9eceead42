// Subscriptions: which types are wanted, what their names are, what a filtering server is told.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "routes.hpp"

using namespace keepline;

TEST_SUITE("routes") {
  TEST_CASE(
      "a pattern is a type of 1 to 64 bytes, a prefix of at most 64 with one trailing star, or a "
      "star") {
    CHECK(Routes::is_pattern("*"));
    CHECK(Routes::is_pattern("a"));
    CHECK(Routes::is_pattern("import_*"));
    CHECK(Routes::is_pattern("conference-ready"));
    CHECK(Routes::is_pattern(std::string(64, 'x')));
    CHECK(Routes::is_pattern(std::string(64, 'x') + "*"));
    CHECK_FALSE(Routes::is_pattern(""));
    CHECK_FALSE(Routes::is_pattern("**"));
    CHECK_FALSE(Routes::is_pattern("*a"));
    CHECK_FALSE(Routes::is_pattern("a*b"));
    CHECK_FALSE(Routes::is_pattern(std::string(65, 'x')));
    CHECK_FALSE(Routes::is_pattern(std::string(65, 'x') + "*"));
  }

  TEST_CASE("nothing is wanted while nobody subscribed") {
    Routes routes;
    CHECK_FALSE(routes.wants("new_call"));
    CHECK(routes.announced().empty());
  }

  TEST_CASE("an exact pattern wants its own type and no other") {
    Routes routes;
    CHECK(routes.add("new_call"));
    CHECK(routes.wants("new_call"));
    CHECK_FALSE(routes.wants("new_cal"));
    CHECK_FALSE(routes.wants("new_calls"));
    CHECK_FALSE(routes.wants("New_call"));
  }

  TEST_CASE("a prefix wants what begins with it, itself included") {
    Routes routes;
    routes.add("import_*");
    CHECK(routes.wants("import_"));
    CHECK(routes.wants("import_progress"));
    CHECK_FALSE(routes.wants("import"));
    CHECK_FALSE(routes.wants("x_import_"));
  }

  TEST_CASE("a star wants everything, names of Object.prototype too") {
    Routes routes;
    routes.add("*");
    for (const char* type : {"x", "__proto__", "constructor", "toString"})
      CHECK(routes.wants(type));
  }

  TEST_CASE("an unsubscribed type is unwanted from then on, also when its answer was remembered") {
    Routes routes;
    routes.add("a");
    routes.add("ab*");
    routes.intern("ab");
    routes.intern("a");
    CHECK(routes.wants("a"));
    CHECK(routes.wants("ab"));
    CHECK(routes.remove("a"));
    CHECK_FALSE(routes.wants("a"));
    CHECK(routes.wants("ab"));
    routes.add("a*");
    CHECK(routes.wants("a"));
  }

  TEST_CASE("a pattern that is added again is there once, and removed once") {
    Routes routes;
    CHECK(routes.add("a"));
    CHECK(routes.add("a"));
    CHECK(routes.announced() == R"("a")");
    CHECK(routes.remove("a"));
    CHECK_FALSE(routes.wants("a"));
    CHECK_FALSE(routes.remove("a"));
    CHECK_FALSE(routes.remove(""));
  }

  TEST_CASE("the table of subscriptions is bounded and says no past its bound") {
    Routes routes;
    for (std::size_t count = 0; count < subscriptions_max; ++count) {
      CHECK(routes.add("type" + std::to_string(count)));
    }
    CHECK_FALSE(routes.add("one more"));
    CHECK(routes.add("type7"));
    CHECK(routes.remove("type7"));
    CHECK(routes.add("one more"));
  }

  TEST_CASE("a name keeps its id, and each id its name, up to the bound") {
    Routes routes;
    for (std::size_t index = 1; index <= type_names_max; ++index) {
      const std::string name = "type" + std::to_string(index);
      CHECK(routes.intern(name) == TypeId{static_cast<std::uint32_t>(index)});
    }
    for (std::size_t index = 1; index <= type_names_max; ++index) {
      const std::string name = "type" + std::to_string(index);
      const TypeId id{static_cast<std::uint32_t>(index)};
      CHECK(routes.intern(name) == id);
      CHECK(routes.name(id) == name);
    }
    CHECK(routes.type_count() == type_names_max);
    CHECK(routes.intern("one too many") == TypeId{});
    CHECK(routes.intern("type1") == TypeId{1});
  }

  TEST_CASE("a type past the bound of names is still wanted, only nameless and uncounted") {
    Routes routes;
    routes.add("*");
    for (std::size_t index = 0; index < type_names_max; ++index) {
      routes.intern("type" + std::to_string(index));
    }
    CHECK(routes.wants("stranger"));
    routes.count({}, 1);
    CHECK(routes.name({}).empty());
    CHECK(routes.received({}) == 0);
  }

  TEST_CASE("deliveries are counted by type and can be taken back") {
    Routes routes;
    const TypeId type = routes.intern("a");
    routes.count(type, 1);
    routes.count(type, 1);
    routes.count(type, -1);
    CHECK(routes.received(type) == 1);
    CHECK(routes.received(TypeId{99}) == 0);
    CHECK(routes.name(TypeId{99}).empty());
  }

  TEST_CASE("the announcement names each pattern once, in order") {
    Routes routes;
    routes.add("b");
    routes.add("a*");
    routes.add("b");
    CHECK(routes.announced() == R"("b","a*")");
    CHECK(routes.announced(false) == R"("*")");
  }

  TEST_CASE("a star makes every other pattern pointless to announce") {
    Routes routes;
    routes.add("a");
    routes.add("*");
    CHECK(routes.announced() == R"("*")");
  }

  TEST_CASE("64 patterns are announced as they are and 65 as a star") {
    Routes routes;
    for (std::size_t index = 0; index < announced_patterns_max; ++index) {
      routes.add("type" + std::to_string(index));
    }
    const std::string all = routes.announced();
    CHECK(std::count(all.begin(), all.end(), ',') == announced_patterns_max - 1);
    routes.add("type0");
    CHECK(routes.announced() == all);
    routes.add("one more");
    CHECK(routes.announced() == R"("*")");
    routes.remove("one more");
    CHECK(routes.announced() == all);
  }
}
