// SPDX-License-Identifier: Apache-2.0
// Plays the public bpf_conformance suite through its own library (parser, assembler, judgement). Its runner starts a process per
// test; a JVM starts slowly, so here one process answers all of them, a line each way:
//
//   runner TESTS COMMAND...
//
// prints the tests that fail, and how many passed of how many.
// COMMAND reads "argument<TAB>argument...<TAB>program" (as the plugin protocol has them) and answers "status<TAB>text".
#include <bpf_conformance_core/bpf_conformance.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <unistd.h>

namespace {
FILE *to_plugin, *from_plugin;

void start(char **command)
{
    int in[2], out[2];
    if (pipe(in) || pipe(out)) {
        perror("pipe");
        exit(2);
    }
    if (fork() == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        for (int fd : {in[0], in[1], out[0], out[1]})
            close(fd);
        execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_plugin = fdopen(in[1], "w");
    from_plugin = fdopen(out[0], "r");
}

bpf_conformance_plugin_result_t ask(const std::string &program, const std::vector<std::string> &arguments)
{
    for (const auto &argument : arguments)
        if (!argument.empty())
            fprintf(to_plugin, "%s\t", argument.c_str());
    fprintf(to_plugin, "%s\n", program.substr(0, program.find('\n')).c_str());
    fflush(to_plugin);
    char *line = nullptr;
    size_t size = 0;
    if (getline(&line, &size, from_plugin) < 0) {
        std::cerr << "the plugin has ended\n";
        exit(2);
    }
    std::string answer = line;
    free(line);
    size_t tab = answer.find('\t');
    return {std::stoi(answer), answer.substr(tab + 1), ""};
}
} // namespace

int main(int argc, char **argv)
{
    if (argc < 3) {
        std::cerr << "runner TESTS COMMAND...\n";
        return 2;
    }
    start(argv + 2);
    std::vector<std::filesystem::path> tests;
    for (const auto &entry : std::filesystem::directory_iterator(argv[1]))
        if (entry.path().extension() == ".data")
            tests.push_back(entry.path());
    bpf_conformance_options_t options;
    options.cpu_version = bpf_conformance_test_cpu_version_t::v4;
    // The library reports every test on its own, and more than once.
    std::cerr.setstate(std::ios::failbit);
    std::cout.setstate(std::ios::failbit);
    auto results = bpf_conformance_run(tests, ask, options);
    std::cout.clear();
    int passed = 0, skipped = 0;
    for (const auto &[test, result] : results) {
        passed += std::get<0>(result) == bpf_conformance_test_result_t::TEST_RESULT_PASS;
        if (std::get<0>(result) == bpf_conformance_test_result_t::TEST_RESULT_SKIP)
            skipped++;
        else if (std::get<0>(result) != bpf_conformance_test_result_t::TEST_RESULT_PASS)
            std::cout << "  " << test.stem().string() << ": " << std::get<1>(result) << "\n";
    }
    // Skipped is what belongs to no default group: callx, which is not in RFC 9669.
    std::cout << passed << "/" << tests.size() - skipped << "\n";
    return 0;
}
