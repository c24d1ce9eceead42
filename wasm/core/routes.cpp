#include "routes.hpp"

#include <algorithm>

#include "envelope.hpp"
#include "text.hpp"

namespace keepline {
namespace {

constexpr std::string_view everything = "*";

bool matches(std::string_view pattern, std::string_view type) {
  if (pattern.back() != '*') return pattern == type;
  pattern.remove_suffix(1);
  return type.substr(0, pattern.size()) == pattern;
}

// FNV-1a: short keys, no seed needed because the table is bounded.
std::size_t hash(std::string_view text) {
  std::uint32_t value = 2166136261U;
  for (const char byte : text) value = (value ^ static_cast<unsigned char>(byte)) * 16777619U;
  return value;
}

}  // namespace

bool Routes::is_pattern(std::string_view pattern) {
  if (pattern.empty()) return false;
  if (const auto star = pattern.find('*'); star != std::string_view::npos) {
    return star == pattern.size() - 1 && star <= type_max_bytes;
  }
  return pattern.size() <= type_max_bytes;
}

bool Routes::add(std::string_view pattern) {
  if (std::find(patterns_.begin(), patterns_.end(), pattern) != patterns_.end()) return true;
  if (!is_pattern(pattern) || patterns_.size() >= subscriptions_max) return false;
  patterns_.emplace_back(pattern);
  forget_answers();
  return true;
}

bool Routes::remove(std::string_view pattern) {
  const auto gone = std::erase(patterns_, pattern);
  if (gone != 0) forget_answers();
  return gone != 0;
}

bool Routes::has_subscriber(std::string_view type) const {
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const std::string& pattern) { return matches(pattern, type); });
}

bool Routes::wants(std::string_view type) {
  if (patterns_.empty()) return false;
  const TypeId known = find(type);
  if (!known) return has_subscriber(type);
  Known& entry = types_[known.value - 1];
  if (entry.wanted == Answer::unknown) {
    entry.wanted = has_subscriber(type) ? Answer::yes : Answer::no;
  }
  return entry.wanted == Answer::yes;
}

void Routes::forget_answers() {
  for (Known& known : types_) known.wanted = Answer::unknown;
}

// Where `type` stands, or the empty slot it would take.
std::size_t Routes::slot_of(std::string_view type) const {
  std::size_t slot = hash(type) % slots_.size();
  while (slots_[slot] != 0 && types_[slots_[slot] - 1U].name != type) {
    slot = (slot + 1) % slots_.size();
  }
  return slot;
}

TypeId Routes::find(std::string_view type) {
  if (!types_.empty() && name(found_) != type) found_ = TypeId{slots_[slot_of(type)]};
  return found_;
}

// Only types that somebody wants come here, so that strangers cannot fill the table.
TypeId Routes::intern(std::string_view type) {
  if (const TypeId known = find(type)) return known;
  if (types_.size() >= type_names_max) return {};
  types_.push_back({std::string{type}, Answer::unknown, 0});
  slots_[slot_of(type)] = static_cast<std::uint16_t>(types_.size());
  return TypeId{static_cast<std::uint32_t>(types_.size())};
}

void Routes::count(TypeId type, int by) {
  if (!type || type.value > types_.size()) return;
  types_[type.value - 1].received += static_cast<std::uint64_t>(by);
}

std::string_view Routes::name(TypeId type) const {
  if (!type || type.value > types_.size()) return {};
  return types_[type.value - 1].name;
}

std::uint64_t Routes::received(TypeId type) const {
  if (!type || type.value > types_.size()) return 0;
  return types_[type.value - 1].received;
}

std::string Routes::announced(bool filters) const {
  std::string all = quote(everything);
  if (!filters) return all;
  std::string list;
  std::size_t count = 0;
  for (const std::string& pattern : patterns_) {
    if (pattern == everything || ++count > announced_patterns_max) return all;
    if (count > 1) list += ',';
    append_quoted(list, pattern);
  }
  return list;
}

}  // namespace keepline
