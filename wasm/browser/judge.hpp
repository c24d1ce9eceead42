// Whether this module can judge payloads: strict judgement and the catalogue are a tenth of it, and
// only pages with the option `validate` need them. Decided by which of two files is linked.
#pragma once

namespace keepline {

bool can_judge();

}  // namespace keepline
