using System.Buffers;
using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>The result of a probe.</summary>
/// <param name="Format">The audio format, read from the frames.</param>
/// <param name="BitrateKbps">In kbit/s: announced, or measured on the audio read.</param>
/// <param name="Title">The title on air; null when unknown.</param>
/// <param name="Server">The kind of server; null when no status page identified it.</param>
public sealed record ProbeResult(AudioFormat Format, int BitrateKbps, string? Title, string? Server);

/// <summary>Examines a source before it is added: its status page, and the stream itself.</summary>
public sealed class SourceProbe(SourceConnector connector, SourceStatusReader pages, TimeProvider time)
{
    /// <summary>How long a source may take to send playable frames.</summary>
    public static readonly TimeSpan AudioTimeout = TimeSpan.FromSeconds(10);

    private const int MostBytesWithoutAudio = 256 * 1024;

    /// <summary>Audio of any bitrate would have been recognised within this many bytes.</summary>
    private const int EnoughToTell = 16 * 1024;

    /// <summary>Connects to the source and reads until it finds frames.</summary>
    /// <exception cref="SourceException">The source cannot be used; the message says why.</exception>
    public async Task<ProbeResult> ProbeAsync(SourceSpec source, CancellationToken cancellationToken)
    {
        await using var connection = await connector.OpenAsync(source, withMetadata: true, cancellationToken);
        var status = pages.ReadAsync(connection.Url, source.Charset, cancellationToken);
        var (chunk, title) = await ReadAudioAsync(connection, cancellationToken);
        var page = await status;
        var measured = (int)Math.Round(chunk.Bytes.Length * 8 / chunk.Duration.TotalSeconds / 1000);
        return new ProbeResult(
            chunk.Format,
            connection.Announcement.BitrateKbps ?? page?.BitrateKbps ?? measured,
            title ?? page?.Title,
            page?.Server);
    }

    private async Task<(AudioChunk Chunk, string? Title)> ReadAudioAsync(SourceConnection connection, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AudioTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var demuxer = connection.CreateDemuxer();
        var frames = new FrameAssembler(TimeSpan.FromMilliseconds(500));
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        var total = 0;
        string? title = null;
        var heard = new ArrayBufferWriter<byte>();
        try
        {
            while (total < MostBytesWithoutAudio)
            {
                var read = await connection.ReadAsync(buffer, both.Token);
                if (read == 0)
                    throw new SourceException(SourceFault.Ended, "The source ended the stream before it sent audio.");
                if (total == 0)
                    RefuseKnownFiles(buffer.AsSpan(0, read));
                total += read;
                ReadOnlySpan<byte> input = buffer.AsSpan(0, read);
                while (demuxer.TryRead(ref input, out var audio, out var named))
                {
                    title = named ?? title;
                    frames.Write(audio);
                    if (heard.WrittenCount < EnoughToTell)
                        heard.Write(audio);
                }
                if (frames.TryRead(out var chunk))
                    return (chunk!, title);
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw total == 0 ? new SourceException(SourceFault.Silent, $"The source is connected but sent no bytes for {AudioTimeout.TotalSeconds:0} s.")
                : total >= EnoughToTell ? NoFrames(total, heard.WrittenSpan)
                : new SourceException(SourceFault.TooSlow, $"The source sent only {total} bytes in {AudioTimeout.TotalSeconds:0} s; expected at least half a second of audio.");
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new SourceException(SourceFault.Ended, "The source closed the connection before it sent audio.", exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        throw NoFrames(total, heard.WrittenSpan);
    }

    private static SourceException NoFrames(int total, ReadOnlySpan<byte> heard) => FreeFormat.IsIn(heard)
        ? new SourceException(SourceFault.UnsupportedCodec, "The source sends free format MP3, without a bitrate in its frames; expected a standard MP3 bitrate.")
        : new SourceException(SourceFault.NotAudio, $"No MP3 or AAC frames in the first {total / 1024} KiB of the source.");

    private static void RefuseKnownFiles(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("OggS"u8) || head.StartsWith("fLaC"u8) || head.StartsWith("RIFF"u8))
            throw new SourceException(SourceFault.UnsupportedCodec, "The source sends Ogg, FLAC or WAV; expected MP3 or AAC.");
        var text = head.TrimStart(" \t\r\n"u8);
        if ((text.StartsWith("<"u8) && IsText(text)) || text.StartsWith("#EXTM3U"u8) || text.StartsWith("[playlist]"u8))
            throw new SourceException(SourceFault.NotAudio, "The source sends a page or a playlist file; expected audio.");
    }

    /// <summary>A stream joined mid-frame starts with any byte, a bracket in one of 256 cases; pages continue without control characters.</summary>
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (var one in head[..Math.Min(head.Length, 64)])
        {
            if (one < ' ' && one is not ((byte)'\t' or (byte)'\r' or (byte)'\n'))
                return false;
        }
        return true;
    }
}
