using System.Globalization;
using System.Text;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Processes;

public sealed class ProcessCommandTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Arguments_arrive_verbatim(bool inBackground)
    {
        string[] arguments =
        [
            "", " ", "a b", "\"quoted\"", "it's", "$HOME `id` $(id)", "line\nbreak", "tab\t", "\\", "\\\"", "--", "-n", "*", "x=y", "é𝄞",
        ];
        var result = await Run(new ProcessCommand("printf", ["%s\\0", .. arguments]) { InBackground = inBackground });
        Assert.Equal(string.Concat(arguments.Select(argument => argument + "\0")), result.Text);
    }

    [Fact]
    public async Task Variables_are_added_and_removed()
    {
        var command = new ProcessCommand("env");
        var changed = command with { Environment = command.Environment.Add("AUDIO_TEST", "a=b c").Add("HOME", null) };
        var lines = (await Run(changed)).Text.Split('\n');
        Assert.Contains("AUDIO_TEST=a=b c", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("HOME=", StringComparison.Ordinal));
        Assert.Contains((await Run(command)).Text.Split('\n'), line => line.StartsWith("HOME=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_program_runs_in_the_requested_working_directory()
    {
        using var folder = new TestFolder();
        Assert.Equal(folder.Path, (await Run(new ProcessCommand("pwd") { WorkingDirectory = folder.Path })).Text.Trim());
        var error = await Assert.ThrowsAsync<ProcessStartException>(
            () => Run(new ProcessCommand("pwd") { WorkingDirectory = folder["absent"] }));
        Assert.Contains(folder["absent"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_starts_with_default_signals_even_if_this_process_ignores_some()
    {
        var status = (await Run(new ProcessCommand("grep", "SigIgn", "/proc/self/status"))).Text;
        Assert.Equal("SigIgn:\t0000000000000000", status.Trim());
    }

    [Fact]
    public async Task In_the_background_a_process_and_its_session_have_a_low_priority()
    {
        const string sessions = "/proc/self/autogroup";
        var ours = int.Parse((await Run(new ProcessCommand("nice"))).Text, CultureInfo.InvariantCulture);
        var nice = await Run(new ProcessCommand("nice") { InBackground = true });
        Assert.Equal(Math.Min(19, ours + 15), int.Parse(nice.Text, CultureInfo.InvariantCulture));

        Assert.Empty((await Run(new ProcessCommand("true") { InBackground = true })).ErrorTail);
        var session = File.Exists(sessions) ? (await Run(new ProcessCommand("cat", sessions))).Text : "";
        if (session.Length == 0)
            return; // This kernel has no autogroups.
        Assert.EndsWith("nice 0\n", session, StringComparison.Ordinal);
        // A user who is not root may change only one autogroup every tenth of a second.
        await Eventually.That(
            async () => (await Run(new ProcessCommand("cat", sessions) { InBackground = true })).Text.EndsWith("nice 15\n", StringComparison.Ordinal),
            Deadline, "the session is in the background too");
    }

    [Fact]
    public async Task Root_can_run_a_program_as_another_user()
    {
        var command = new ProcessCommand("sh", "-c", "id -un; id -gn; id -Gn; echo $HOME") { RunAsUser = "nobody" };
        if (!Environment.IsPrivilegedProcess)
        {
            var refused = await Assert.ThrowsAsync<ProcessStartException>(() => Run(command));
            Assert.Contains("only root", refused.Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(["nobody", "nogroup", "nogroup", LocalUser.Find("nobody")!.Home], (await Run(command)).Text.Trim().Split('\n'));
    }

    [Fact]
    public async Task An_unknown_user_is_named()
    {
        var error = await Assert.ThrowsAsync<ProcessStartException>(() => Run(new ProcessCommand("id") { RunAsUser = "no-such-user" }));
        Assert.Contains("no-such-user", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_program_names_its_package()
    {
        var path = new ProcessCommand("ffmpeg").Environment.Add("PATH", "/nonexistent");
        var error = await Assert.ThrowsAsync<ProcessNotFoundException>(() => Run(new ProcessCommand("ffmpeg") { Environment = path }));
        Assert.Equal("ffmpeg", error.Package);
        Assert.Contains("apt-get install ffmpeg", error.Message, StringComparison.Ordinal);

        var unknown = Assert.Throws<ProcessNotFoundException>(
            () => ChildProcess.Start(new ProcessCommand("/opt/no-such-program"), TimeProvider.System));
        Assert.Null(unknown.Package);
        Assert.Contains("/opt/no-such-program", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_carries_the_exit_code_and_the_last_lines_of_standard_error()
    {
        var command = new ProcessCommand("sh", "-c", "for i in 1 2 3 4 5; do echo line $i >&2; done; printf 'no line feed' >&2; exit 42");
        var error = await Assert.ThrowsAsync<ProcessFailedException>(() => Run(command with { ErrorTailLines = 3 }));
        Assert.Equal(42, error.ExitCode);
        Assert.Equal(["line 4", "line 5", "no line feed"], error.ErrorTail.AsEnumerable());
        Assert.Contains("exit code 42: line 4 | line 5 | no line feed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_takes_too_long_is_stopped_and_reported()
    {
        var command = new ProcessCommand("sh", "-c", "echo slow >&2; exec sleep 600");
        var error = await Assert.ThrowsAsync<ProcessTimeoutException>(
            () => ProcessRunner.RunAsync(command, TimeSpan.FromMilliseconds(300), TimeProvider.System));
        Assert.Equal(["slow"], error.ErrorTail.AsEnumerable());
    }

    [Fact]
    public async Task A_caller_that_cancels_sees_a_cancellation()
    {
        using var cancel = new CancellationTokenSource();
        var run = ProcessRunner.RunAsync(
            new ProcessCommand("sleep", "600"), Deadline, TimeProvider.System, cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.Ends(run, Deadline, "a cancelled run ends"));
    }

    [Fact]
    public async Task Too_much_output_stops_the_program()
    {
        var run = ProcessRunner.RunAsync(new ProcessCommand("yes"), Deadline, TimeProvider.System, maximalOutput: 100_000);
        var error = await Assert.ThrowsAsync<ProcessOutputTooLargeException>(() => run);
        Assert.Equal(100_000, error.MaximalBytes);
    }

    [Fact]
    public async Task Input_larger_than_a_pipe_is_passed_completely()
    {
        var input = new byte[3_000_000];
        Random.Shared.NextBytes(input);
        var result = await ProcessRunner.RunAsync(new ProcessCommand("cat"), Deadline, TimeProvider.System, new MemoryStream(input));
        Assert.True(result.Output.Span.SequenceEqual(input));
    }

    [Fact]
    public async Task A_program_may_end_before_it_has_read_all_its_input()
    {
        var input = new MemoryStream(Encoding.ASCII.GetBytes(new string('x', 1_000_000)));
        var result = await ProcessRunner.RunAsync(new ProcessCommand("head", "-c", "5"), Deadline, TimeProvider.System, input);
        Assert.Equal("xxxxx", result.Text);
    }

    private static Task<ProcessResult> Run(ProcessCommand command) => ProcessRunner.RunAsync(command, Deadline, TimeProvider.System);
}
