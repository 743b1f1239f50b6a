using System.Buffers;
using System.IO.Pipelines;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>
/// The bytes that a request brings, as far as they come: where its sender breaks off, or keeps silent, they end, and nothing is read
/// any more.
/// </summary>
public sealed class TusBody(PipeReader body, TimeProvider time)
{
    /// <summary>How long the sender may keep silent: a line may be dead without anybody being told.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private bool _hasEnded;

    /// <summary>Whether it ended since its sender kept silent.</summary>
    public bool HasFallenSilent { get; private set; }

    /// <summary>Waits for the next bytes, without taking them. False at the end.</summary>
    public async ValueTask<bool> HasMoreAsync()
    {
        if (await NextAsync(Silence) is not { } bytes)
            return false;
        body.AdvanceTo(bytes.Start);
        return true;
    }

    /// <summary>Takes the next bytes; 0 at the end, or when none came in time.</summary>
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
            _hasEnded = true; // Its sender is gone, or was too slow for the server.
        }
        return null;
    }

    /// <summary>Reads what is there, or waits for it. A read that is given up loses nothing.</summary>
    private async ValueTask<ReadResult> ReadAsync(TimeSpan patience)
    {
        // Never cancelled by the request's end: what came before its sender went away is still to be read then.
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
            // The request has ended in this moment, and with it the wait.
        }
    }
}
