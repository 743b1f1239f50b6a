using System.Collections.Immutable;
using System.Diagnostics;
using CliWrap;

namespace AudioOrleans.RelayHost.Processes;

/// <summary>
/// A program that CliWrap runs and that never outlives this process. Both its output pipes are always drained, its descendants are killed with it,
/// and it is stopped gracefully first, then by force.
/// </summary>
/// <remarks>A pending read or write blocks no thread; waiting for exits takes one thread per 63 children.</remarks>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>
    /// How long the pipes may stay open after the program's exit before their remaining holders are killed, and then before the pipes are abandoned.
    /// </summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(500);

    private readonly ProcessCommand _command;
    private readonly TimeProvider _time;
    private readonly LineTail _errors;
    private readonly CancellationTokenSource _interrupt = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly CancellationTokenSource _abandonPipes = new();
    private readonly TaskCompletionSource<int> _exitCode = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _errorsRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _outputRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _execution;
    private Stream _input = Stream.Null;
    private Stream _output = Stream.Null;

    /// <summary>Starts the program; call only on the thread of <see cref="ChildSpawner"/>.</summary>
    internal ChildProcess(ProcessCommand command, Command wrapped, TimeProvider time)
    {
        (_command, _time) = (command, time);
        _errors = new LineTail(command.ErrorTailLines);
        var execution = wrapped
            .WithValidation(CommandResultValidation.None)
            .WithStandardInputPipe(PipeSource.Create((pipe, _) => UntilDisposedAsync(_input = pipe)))
            .WithStandardOutputPipe(PipeTarget.Create((pipe, _) => command.ReadsOutput ? UntilDisposedAsync(_output = pipe) : DropOutputAsync(pipe)))
            .WithStandardErrorPipe(PipeTarget.Create((pipe, _) => DrainErrorsAsync(pipe)))
            .ExecuteAsync(null, RecordExitCode, _kill.Token, _interrupt.Token);
        Id = execution.ProcessId;
        _execution = execution.Task;
        Exited = WatchAsync();
    }

    /// <summary>The program's own process id, which is also its session and process group.</summary>
    public int Id { get; }

    /// <summary>Raw bytes to the program; dispose it to close the input. See also <see cref="TryWriteAsync"/>.</summary>
    /// <remarks>Writing to a program that has exited throws <see cref="IOException"/> or <see cref="ObjectDisposedException"/>.</remarks>
    public Stream StandardInput => _input;

    /// <summary>Raw bytes from the program. Only with <see cref="ProcessCommand.ReadsOutput"/>; read it to the end.</summary>
    public Stream StandardOutput => _command.ReadsOutput
        ? _output
        : throw new InvalidOperationException($"The output of {_command.FileName} is discarded; set ReadsOutput on its command.");

    /// <summary>The last lines of standard error so far.</summary>
    public ImmutableArray<string> ErrorTail => _errors.Lines;

    /// <summary>
    /// Completes when the program has exited and its standard error has been read to the end. The program cannot make it fail; it fails only with an
    /// exception that <see cref="ProcessCommand.OnErrorLine"/> threw.
    /// </summary>
    public Task<ProcessExit> Exited { get; }

    /// <summary>Starts a program. Blocks the caller's thread for about 2 ms, longer while others start: see <see cref="StartAsync"/>.</summary>
    /// <exception cref="ProcessNotFoundException">The program is not installed.</exception>
    /// <exception cref="ProcessStartException">It could not be started for another reason.</exception>
    public static ChildProcess Start(ProcessCommand command, TimeProvider time) => ChildSpawner.Start(command, time);

    /// <summary>Starts a program without blocking; preferred where many may start at once.</summary>
    /// <exception cref="ProcessNotFoundException">The program is not installed.</exception>
    /// <exception cref="ProcessStartException">It could not be started for another reason.</exception>
    public static Task<ChildProcess> StartAsync(ProcessCommand command, TimeProvider time) => ChildSpawner.StartAsync(command, time);

    /// <summary>Writes to the program's standard input.</summary>
    /// <returns>False if the program has exited or closed its input.</returns>
    public async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _input.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Interrupts the program (SIGINT), waits for its grace period and then kills it with its descendants. Completes when it has exited.</summary>
    /// <param name="cancellationToken">Ends the grace period early; the program is stopped all the same.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (!Exited.IsCompleted)
        {
            await _interrupt.CancelAsync().ConfigureAwait(false);
            var ended = Task.WhenAny(Exited);
            try
            {
                await ended.WaitAsync(_command.GracePeriod, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is TimeoutException or OperationCanceledException)
            {
                Kill();
            }
        }

        await Exited.ConfigureAwait(false);
    }

    /// <summary>Kills the program and its descendants immediately.</summary>
    public void Kill() => _kill.Cancel();

    /// <summary>Closes its input and output, then stops it like <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        // A program blocked on its pipes exits at once instead of using up its grace period.
        await _input.DisposeAsync().ConfigureAwait(false);
        await _output.DisposeAsync().ConfigureAwait(false);
        _disposed.TrySetResult();
        try
        {
            await StopAsync().ConfigureAwait(false);
        }
        finally
        {
            await _execution.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // We stopped it ourselves, so its failure is expected.
            _interrupt.Dispose();
            _kill.Dispose();
            _abandonPipes.Dispose();
        }
    }

    /// <summary>CliWrap does not expose the exit code of a program that was cancelled.</summary>
    private void RecordExitCode(Process process)
    {
        process.Exited += (_, _) => Record();
        if (process.HasExited)
            Record();

        void Record() => _exitCode.TrySetResult(process.ExitCode);
    }

    private async Task<ProcessExit> WatchAsync()
    {
        var exitCode = await _exitCode.Task.ConfigureAwait(false);
        var drained = _command.ReadsOutput ? _errorsRead.Task : Task.WhenAll(_errorsRead.Task, _outputRead.Task);
        if (!await EndsInTimeAsync(drained).ConfigureAwait(false))
        {
            // Processes left in its session must not outlive it, nor hold its pipes open.
            SessionProcesses.Kill(Id);
            // A descendant that moved to another session may still hold a pipe: the exit counts, not the open pipe.
            if (!await EndsInTimeAsync(drained).ConfigureAwait(false))
                await _abandonPipes.CancelAsync().ConfigureAwait(false);
        }

        await drained.ConfigureAwait(false);
        return new ProcessExit(exitCode, _errors.Lines);
    }

    private async Task<bool> EndsInTimeAsync(Task drained)
    {
        try
        {
            await Task.WhenAny(drained).WaitAsync(DrainLimit, _time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>CliWrap closes a pipe when it is done with it; this keeps a pipe open for its other users.</summary>
    private Task UntilDisposedAsync(Stream _) => _disposed.Task;

    private async Task DropOutputAsync(Stream pipe)
    {
        await DrainAsync(pipe, static _ => { }).ConfigureAwait(false);
        _outputRead.TrySetResult();
    }

    private async Task DrainErrorsAsync(Stream pipe)
    {
        Exception? failure = null;
        await DrainAsync(pipe, bytes => Guard(() => _errors.Append(bytes.Span, Callback()))).ConfigureAwait(false);
        Guard(() => _errors.Complete(Callback()));
        if (failure is null)
            _errorsRead.TrySetResult();
        else
            _errorsRead.TrySetException(failure);
        // CliWrap disposes the process when its pipes have ended; the exit code must be read before that.
        await _exitCode.Task.ConfigureAwait(false);

        Action<string>? Callback() => failure is null ? _command.OnErrorLine : null;

        // A callback that throws must not stop the draining, or the child would hang. It is not called again, and its exception is reported at the end.
        void Guard(Action action)
        {
            try
            {
                action();
            }
            catch (Exception error)
            {
                failure ??= error;
            }
        }
    }

    private async Task DrainAsync(Stream pipe, Action<ReadOnlyMemory<byte>> take)
    {
        // This runs on the thread that starts children; it must be freed for the others.
        await Task.Yield();
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await pipe.ReadAsync(buffer, _abandonPipes.Token).ConfigureAwait(false)) > 0;)
                take(buffer.AsMemory(0, read));
        }
        catch (OperationCanceledException) when (_abandonPipes.IsCancellationRequested)
        {
            // The pipe does not end.
        }
    }
}
