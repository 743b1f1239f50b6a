using System.Threading.Channels;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Wakes a loop before its pause is over. Calls while nobody waits are merged into one.</summary>
internal sealed class JobSignal(TimeProvider time)
{
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Ends the pause.</summary>
    public void Call() => _calls.Writer.TryWrite(true);

    /// <summary>Waits for a call or the timeout. Returns without an exception when cancelled.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            await _calls.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The timeout has elapsed.
        }
    }
}
