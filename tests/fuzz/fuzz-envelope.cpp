// The envelope scan: whatever a frame holds, type, seq, id and ts are what another reader of JSON
// says they are, and a refusal has that reader's or the protocol's reason.
#include "other_reader.hpp"
#include "target.hpp"

void keepline::fuzz::run(std::string_view input) {
  // Every cut of a long frame is every cut of its head.
  constexpr std::size_t cuts_max = 48;
  const std::string frame(input);
  demand_none(test::disagreement(frame));
  demand_none(test::disagreement_in_cuts(frame.substr(0, cuts_max)));
}
