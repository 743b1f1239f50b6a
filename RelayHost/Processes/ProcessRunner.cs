using System.Collections.Immutable;
using System.Text;

namespace AudioOrleans.RelayHost.Processes;

/// <summary>The output of a program that exited with code zero.</summary>
/// <param name="Output">Its standard output.</param>
/// <param name="ErrorTail">The last lines of standard error.</param>
public sealed record ProcessResult(ReadOnlyMemory<byte> Output, ImmutableArray<string> ErrorTail)
{
    /// <summary>The output as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Output.Span);
}

/// <summary>Runs programs that exit by themselves, such as ffprobe.</summary>
public static class ProcessRunner
{
    /// <summary>Runs a program to its end, handling its input and output concurrently.</summary>
    /// <param name="command">The program.</param>
    /// <param name="timeout">Time limit for the whole run.</param>
    /// <param name="time">The clock of the timeout and of the grace period.</param>
    /// <param name="input">Copied to its standard input; null gives it an empty one.</param>
    /// <param name="maximalOutput">Maximum number of bytes of standard output to accept.</param>
    /// <param name="cancellationToken">Stops the program.</param>
    /// <exception cref="ProcessStartException">It could not be started.</exception>
    /// <exception cref="ProcessFailedException">It exited with a code other than zero.</exception>
    /// <exception cref="ProcessTimeoutException">It exceeded its timeout.</exception>
    /// <exception cref="ProcessOutputTooLargeException">Its output was too large.</exception>
    public static async Task<ProcessResult> RunAsync(
        ProcessCommand command, TimeSpan timeout, TimeProvider time, Stream? input = null,
        int maximalOutput = 16 * 1024 * 1024, CancellationToken cancellationToken = default)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var child = await ChildProcess.StartAsync(command with { ReadsOutput = true }, time).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            var fed = FeedAsync(child, input, stop.Token);
            var read = ReadAsync(child, command, maximalOutput, stop.Token);
            try
            {
                await UnlessFailsAsync(fed, read).ConfigureAwait(false);
                await UnlessFailsAsync(fed, child.Exited.WaitAsync(stop.Token)).ConfigureAwait(false);
                var exit = await child.Exited.ConfigureAwait(false);
                return exit.ExitCode == 0
                    ? new ProcessResult(await read.ConfigureAwait(false), exit.ErrorTail)
                    : throw new ProcessFailedException(command.FileName, exit);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new ProcessTimeoutException(command.FileName, timeout, child.ErrorTail);
            }
            finally
            {
                // Nothing may read the caller's input after we return; failures have been reported above.
                await stop.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(fed, read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // An input that cannot be read ends the run at once: otherwise the program would wait for the rest.
    private static async Task UnlessFailsAsync(Task fed, Task wanted)
    {
        if (await Task.WhenAny(fed, wanted).ConfigureAwait(false) == fed)
            await fed.ConfigureAwait(false);
        await wanted.ConfigureAwait(false);
    }

    private static async Task FeedAsync(ChildProcess child, Stream? input, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var open = true;
        while (open && input is not null)
        {
            var read = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            // A program that has read enough, such as ffprobe, may close its input; its exit code shows whether it failed.
            open = read > 0 && await child.TryWriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        await child.StandardInput.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        ChildProcess child, ProcessCommand command, int maximum, CancellationToken cancellationToken)
    {
        var output = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await child.StandardOutput.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (output.Length + read > maximum)
                throw new ProcessOutputTooLargeException(command.FileName, maximum);
            output.Write(buffer, 0, read);
        }

        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }
}
