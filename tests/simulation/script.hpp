// A script: everything that happens to a world, as plain numbers in a list. What a seed draws, what
// an enumeration tries and what a failure is shrunk to are scripts, and a script is also a text
// that a person can read and change and that any build can replay.
//
// Says nothing about why something is tried and judges nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "world.hpp"

namespace keepline::sim {

inline constexpr std::size_t act_arguments_max = 3;

// One thing that happens: a verb of the tables in script_verbs.cpp and its numbers.
struct Act {
  std::uint8_t verb = 0;
  std::array<double, act_arguments_max> with{};

  friend bool operator==(const Act&, const Act&) = default;
};

// The verb must be one of the table: a misspelt one ends the program.
Act act(std::string_view verb, double first = 0, double second = 0, double third = 0);
// The same for what is decided before the world begins: a verb of the second table.
Act option(std::string_view name, double value);

struct Script {
  std::uint64_t seed = 1;  // of the machine's own randomness
  std::vector<Act> options;
  std::vector<Act> acts;

  friend bool operator==(const Script&, const Script&) = default;
};

// What is decided before a world begins.
struct Beginning {
  Options options = World::default_options();
  std::optional<Identity> identity;  // nothing: the application says nothing of it
};
World begin_world(const Script& script);
void perform(World& world, const Act& act);

// A line each: "seed 7", "option jitter 0.5", "close 4 0", with a remark after '#'.
std::string to_text(const Script& script);
// Any number of scripts, each beginning with its seed; or what is wrong, with its line.
std::variant<std::vector<Script>, std::string> read_scripts(std::string_view text);

// A table of verbs: what scripts are made of. One of acts, one of options.
template <class Target>
struct Verb {
  std::string_view name;
  std::size_t arguments;
  void (*carry_out)(Target& target, const std::array<double, act_arguments_max>& with);
  // What the numbers mean, for the reader of a script; nothing where they speak for themselves.
  std::string_view (*remark)(const std::array<double, act_arguments_max>& with);
};
std::span<const Verb<World>> act_verbs();
std::span<const Verb<Beginning>> option_verbs();

}  // namespace keepline::sim
