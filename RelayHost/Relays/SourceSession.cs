using System.Buffers;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>
/// One connection to a source, from its first byte to its last: extracts the metadata, finds the frames, and checks that audio arrives in real time,
/// neither slower nor much faster.
/// </summary>
internal sealed class SourceSession(SourceConnection connection, Overlap overlap, SourceBuffer lead, RelayOptions options, TimeProvider time)
{
    private static readonly TimeSpan ChunkDuration = TimeSpan.FromMilliseconds(250);

    /// <summary>A source that serves a file sends it all at once; audio further ahead than this is left in the socket.</summary>
    private static readonly TimeSpan LargestLead = TimeSpan.FromSeconds(30);

    /// <summary>Over this time a source must send at least half of what plays meanwhile.</summary>
    private static readonly TimeSpan PaceWindow = TimeSpan.FromSeconds(30);

    private const int MostBytesWithoutAudio = 256 * 1024;

    private string? _title;
    private volatile bool _namesTitles;
    private TimeSpan _received;
    private (long At, TimeSpan Received) _paceMark = (time.GetTimestamp(), TimeSpan.Zero);

    /// <summary>A source that sends ahead may be silent for longer, up to twice as long.</summary>
    private TimeSpan SilenceLimit => options.SilenceTimeout + (lead.Current < options.SilenceTimeout ? lead.Current : options.SilenceTimeout);

    /// <summary>Reads until the source ends or fails.</summary>
    /// <exception cref="SourceException">Always, except when cancelled: it says why the session is over.</exception>
    public async Task RunAsync(Action<AudioChunk> onChunk, Action<string> onTitle, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.SilenceTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var demuxer = connection.CreateDemuxer();
        var frames = new FrameAssembler(ChunkDuration);
        var buffer = ArrayPool<byte>.Shared.Rent(8192);
        try
        {
            while (true)
            {
                var read = await connection.ReadAsync(buffer, both.Token);
                if (read == 0)
                    throw new SourceException(SourceFault.Ended, "The source ended the stream.");
                Take(buffer.AsSpan(0, read), demuxer, frames, onChunk, onTitle);
                if (frames.SkippedBytes > MostBytesWithoutAudio && _received == TimeSpan.Zero)
                    throw new SourceException(SourceFault.NotAudio, "The source sends no MP3 or AAC frames.");
                RequirePace();
                await HoldBackAsync(silence, cancellationToken);
                // Buffered audio plays meanwhile: a source that sends twelve seconds at a time is not silent in between.
                silence.CancelAfter(SilenceLimit);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(SourceFault.Silent, $"The source is connected but sent nothing for {SilenceLimit.TotalSeconds:0} s.");
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new SourceException(SourceFault.Ended, "The connection to the source was lost.", exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Pass(overlap.End(), onChunk);
        }
    }

    /// <summary>Whether the source itself has sent a title.</summary>
    public bool NamesTitles => _namesTitles;

    /// <summary>Reports the title on air, from the source itself or its status page.</summary>
    public void Name(string title, Action<string> onTitle)
    {
        if (title == Interlocked.Exchange(ref _title, title))
            return;
        onTitle(title);
    }

    private void Take(ReadOnlySpan<byte> input, IcyDemuxer demuxer, FrameAssembler frames, Action<AudioChunk> onChunk, Action<string> onTitle)
    {
        while (demuxer.TryRead(ref input, out var audio, out var title))
        {
            if (title is not null)
            {
                _namesTitles |= title.Length > 0;
                // An empty title removes one that the source sent itself, not one from a status page.
                if (_namesTitles)
                    Name(title, onTitle);
            }
            frames.Write(audio);
            while (frames.TryRead(out var chunk))
            {
                _received += chunk!.Duration;
                Pass(overlap.Take(chunk with { Title = _title }), onChunk);
            }
        }
    }

    private void Pass(IReadOnlyList<AudioChunk> fresh, Action<AudioChunk> onChunk)
    {
        foreach (var chunk in fresh)
        {
            lead.Add(chunk.Duration);
            onChunk(chunk);
        }
    }

    private void RequirePace()
    {
        var elapsed = time.GetElapsedTime(_paceMark.At);
        if (elapsed < PaceWindow)
            return;
        var share = (_received - _paceMark.Received) / elapsed;
        if (share < 0.5)
            throw new SourceException(SourceFault.TooSlow, $"The source sends only {share:P0} of the audio that plays in the same time.");
        _paceMark = (time.GetTimestamp(), _received);
    }

    private async Task HoldBackAsync(CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        var tooMuch = lead.Current - LargestLead;
        if (tooMuch <= TimeSpan.Zero)
            return;
        silence.CancelAfter(Timeout.InfiniteTimeSpan);
        await Task.Delay(tooMuch, time, cancellationToken);
    }
}

/// <summary>
/// How much audio a source has sent ahead of real time. It is kept across all sessions of a relay: otherwise a source that sends a file and
/// disconnects would gain one more file with each connection.
/// </summary>
internal sealed class SourceBuffer(TimeProvider time)
{
    private long _at = time.GetTimestamp();
    private TimeSpan _ahead;

    /// <summary>The current lead; never negative, because audio that did not arrive in time is never made up.</summary>
    public TimeSpan Current
    {
        get
        {
            var now = time.GetTimestamp();
            var left = _ahead - time.GetElapsedTime(_at, now);
            (_at, _ahead) = (now, left > TimeSpan.Zero ? left : TimeSpan.Zero);
            return _ahead;
        }
    }

    /// <summary>Adds received audio.</summary>
    public void Add(TimeSpan duration) => _ahead = Current + duration;
}
