// keepline_herd [--help] …: how a herd of real machines comes back, and how other clients would.
#include <chrono>
#include <cstdio>

#include "placing.hpp"
#include "report.hpp"

namespace {

using namespace keepline::sim::herd;
using keepline::generate::keep;

bool write(const std::string& file, const std::string& text) {
  return file.empty() || keep({file, {}}, text, ".", false, {});
}

// What the project's docs have of it: written, or with `check` compared.
bool publish(const Request& request, const std::vector<Run>& runs) {
  const bool check = !request.check.empty();
  if (!check && request.publish.empty()) return true;
  const std::string& root = check ? request.check : request.publish;
  constexpr std::string_view differs =
      "differs from what this run gives: ./toolchain/simulate herd --publish .";
  const bool section =
      keep({"docs/figures.md", "herds"}, section_of(request.settings, runs), root, check, differs);
  const bool picture = keep({"docs/herds.svg", {}}, picture_of(runs), root, check, differs);
  return section && picture;
}

}  // namespace

int main(int argc, char** argv) {
  const Request request = read_request(argc, argv);
  if (request.help) {
    std::fputs(help_text().c_str(), stdout);
    return 0;
  }
  if (!request.complaint.empty()) {
    std::fprintf(stderr, "keepline_herd: %s\n", request.complaint.c_str());
    return 2;
  }
  const auto began = std::chrono::steady_clock::now();
  const std::vector<Run> runs = run_all(request);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::fputs(table_of(runs).c_str(), stdout);
  std::printf("%s s, at most %s MB\n", decimals(took.count(), 1).c_str(),
              decimals(static_cast<double>(memory_used()) / 1e6, 0).c_str());
  const bool json = write(request.json, json_of(request.settings, runs));
  const bool svg = write(request.svg, picture_of(runs));
  const bool docs = publish(request, runs);
  return json && svg && docs ? 0 : 1;
}
