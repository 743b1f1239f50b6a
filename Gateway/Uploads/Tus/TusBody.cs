using System.Buffers;
using System.IO.Pipelines;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>
/// The bytes of a request body, as far as they arrive: when the sender disconnects or stalls they end, and nothing more is read.
/// </summary>
public sealed class TusBody(PipeReader body, TimeProvider time)
{
    /// <summary>How long the sender may stall: a connection may be dead without notification.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private bool _hasEnded;

    /// <summary>Whether the body ended because its sender stalled.</summary>
    public bool HasFallenSilent { get; private set; }

    /// <summary>Waits for the next bytes without consuming them. False at the end.</summary>
    public async ValueTask<bool> HasMoreAsync()
    {
        if (await NextAsync(Silence) is not { } bytes)
            return false;
        body.AdvanceTo(bytes.Start);
        return true;
    }

    /// <summary>Consumes the next bytes; 0 at the end, or when none arrive in time.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, TimeSpan patience)
    {
        if (await NextAsync(patience) is not { } bytes)
            return 0;
        var count = (int)Math.Min(bytes.Length, buffer.Length);
        bytes.Slice(0, count).CopyTo(buffer.Span);
        body.AdvanceTo(bytes.GetPosition(count));
        return count;
    }

    private async ValueTask<ReadOnlySequence<byte>?> NextAsync(TimeSpan patience)
    {
        var wait = patience < Silence ? patience : Silence;
        var start = time.GetTimestamp();
        try
        {
            for (var left = wait; !_hasEnded && left > TimeSpan.Zero; left = wait - time.GetElapsedTime(start))
            {
                var read = await ReadAsync(left);
                if (!read.Buffer.IsEmpty)
                    return read.Buffer;
                body.AdvanceTo(read.Buffer.Start);
                _hasEnded = read.IsCompleted;
            }
            if (!_hasEnded && wait == Silence)
                _hasEnded = HasFallenSilent = true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _hasEnded = true; // The sender has disconnected, or was below the server's minimum data rate.
        }
        return null;
    }

    /// <summary>Reads the available bytes, or waits for some. An abandoned read loses nothing.</summary>
    private async ValueTask<ReadResult> ReadAsync(TimeSpan patience)
    {
        // Never cancelled when the request ends: what arrived before its sender disconnected must still be read.
        var reading = body.ReadAsync(CancellationToken.None);
        if (reading.IsCompleted)
            return await reading;
        using var alarm = time.CreateTimer(static body => ((TusBody)body!).GiveUpWaiting(), this, patience, Timeout.InfiniteTimeSpan);
        return await reading;
    }

    private void GiveUpWaiting()
    {
        try
        {
            body.CancelPendingRead();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The request has just ended, and with it the wait.
        }
    }
}
