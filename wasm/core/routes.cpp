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

SubscriptionId Routes::add(std::string_view pattern) {
  if (!is_pattern(pattern) || entries_.size() >= subscriptions_max) return {};
  entries_.push_back({SubscriptionId{++last_id_}, std::string{pattern}});
  forget_answers();
  return entries_.back().id;
}

bool Routes::remove(SubscriptionId subscription) {
  const auto gone =
      std::erase_if(entries_, [&](const Entry& entry) { return entry.id == subscription; });
  if (gone != 0) forget_answers();
  return gone != 0;
}

bool Routes::has_subscriber(std::string_view type) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return matches(entry.pattern, type); });
}

bool Routes::wants(std::string_view type) {
  if (entries_.empty()) return false;
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
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    const auto is_same = [&entry](const Entry& each) { return each.pattern == entry->pattern; };
    if (std::any_of(entries_.begin(), entry, is_same)) continue;
    if (entry->pattern == everything || ++count > announced_patterns_max) return all;
    if (count > 1) list += ',';
    append_quoted(list, entry->pattern);
  }
  return list;
}

}  // namespace keepline
