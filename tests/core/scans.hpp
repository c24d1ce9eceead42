// A scan whose answer owns its text, for the suites that compare many of them.
//
// The frame is copied to memory of exactly its size first, so that the address sanitizer sees any
// look past its end.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "envelope.hpp"

namespace keepline::test {

struct OwnedScan {
  ScanResult result = ScanResult::malformed;
  Malformed why = Malformed::none;
  std::string type;
  std::optional<std::uint64_t> seq;
  std::string id;
  std::optional<double> ts;
  std::size_t offset = 0;
};

enum class Reading { head, complete, whole };

inline OwnedScan scan(std::string_view text, Reading reading = Reading::complete,
                      const EnvelopeNames& names = {}) {
  const auto exact = std::make_unique<char[]>(text.size());
  if (!text.empty()) std::memcpy(exact.get(), text.data(), text.size());
  const std::string_view copy(exact.get(), text.size());
  EnvelopeScratch scratch;
  const Scan got = reading == Reading::whole
                       ? scan_whole(copy, names, scratch)
                       : scan_envelope(copy, reading == Reading::complete, names, scratch);
  return {got.result,
          got.why,
          std::string(got.envelope.type),
          got.envelope.seq(),
          std::string(got.envelope.id(scratch)),
          got.envelope.ts(),
          got.offset};
}

}  // namespace keepline::test
