using System.Buffers;
using System.Security.Cryptography;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.RelayHost.Ingest;

/// <summary>A file that was accepted.</summary>
/// <param name="Kind">Its kind, detected from its content.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">The hash of its bytes, hexadecimal.</param>
public sealed record TakenFile(AudioFileKind Kind, long Length, string Sha256);

/// <summary>
/// Accepts untrusted files: detects their kind from the first bytes, stores them as they arrive, then reads them once to hash them and scan them for
/// viruses.
/// </summary>
public sealed class FileIngest(IObjectStore store, VirusScanner scanner)
{
    private const int BufferSize = 128 * 1024;

    private const string NoAudio = "The file is not in a supported audio format. Expected MP3, AAC, M4A, WAV, FLAC, Ogg Vorbis, Opus, AIFF, WMA, WavPack, Matroska or WebM, AC-3, MPEG layer II, APE, DSF or TTA.";

    /// <summary>Accepts a file. A failure leaves nothing behind, unless the store is unavailable; no other object is replaced.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="maxBytes">Its maximum size, in bytes.</param>
    /// <param name="keyOf">Returns the key for a file of this kind.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="FileRefusedException">The file is refused.</exception>
    /// <exception cref="FileTooLargeException">The file exceeds its maximum size.</exception>
    /// <exception cref="FileRacedException">An object now exists under the key, and is kept.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store is down or full.</exception>
    /// <exception cref="ScannerUnavailableException">The file cannot be scanned.</exception>
    public async Task<TakenFile> TakeAsync(Stream file, long maxBytes, Func<AudioFileKind, ValueTask<string>> keyOf, CancellationToken cancellationToken)
    {
        var head = ArrayPool<byte>.Shared.Rent(AudioSniffer.HeadLength);
        try
        {
            var length = await file.ReadAtLeastAsync(head.AsMemory(0, AudioSniffer.HeadLength), AudioSniffer.HeadLength, throwOnEndOfStream: false, cancellationToken);
            var sniffed = Sniff(head.AsSpan(0, length));
            // A tag that extends beyond the bytes seen usually starts an MP3; the bytes after it are examined once they are stored.
            var kind = sniffed.Kind ?? AudioFileKind.Mp3;
            var key = await keyOf(kind);
            await using var all = new IngestStream(head.AsMemory(0, length), file, maxBytes);
            var stored = await PutAsync(key, all, kind, cancellationToken);
            try
            {
                if (sniffed.AudioOffset is { } offset && await LookBehindTagsAsync(key, offset, cancellationToken) is var behind && behind != kind)
                {
                    (var guessed, kind) = (key, behind);
                    stored = await MoveAsync(guessed, key = await keyOf(kind), kind, cancellationToken);
                }
                return new TakenFile(kind, stored.Length, await InspectAsync(key, cancellationToken));
            }
            catch
            {
                // Only what this call has put: another request's file may be under the same key.
                await store.DeleteAsync(key, CancellationToken.None);
                throw;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    private static Sniffed Sniff(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
            throw new FileRefusedException("empty", "The file is empty.");
        var sniffed = AudioSniffer.Sniff(head);
        RefuseLongTags(sniffed.AudioOffset);
        return sniffed is { Kind: null, AudioOffset: null } || (sniffed.AudioOffset >= head.Length && head.Length < AudioSniffer.HeadLength)
            ? throw new FileRefusedException("not_audio", NoAudio)
            : sniffed;
    }

    private static void RefuseLongTags(long? bytes)
    {
        if (bytes > AudioSniffer.LongestTag)
            throw new FileRefusedException("tags_too_large", $"The file's tags, including pictures, take {bytes / (1024 * 1024)} MiB; expected at most {AudioSniffer.LongestTag / (1024 * 1024)}.");
    }

    /// <summary>Examines the bytes after the tags; one tag may follow another.</summary>
    private async Task<AudioFileKind> LookBehindTagsAsync(string key, long offset, CancellationToken cancellationToken)
    {
        var head = new byte[AudioSniffer.HeadLength];
        while (true)
        {
            await using var found = await store.OpenAsync(key, offset, AudioSniffer.HeadLength, cancellationToken);
            var length = found is null ? 0 : await found.Content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
            var sniffed = AudioSniffer.Sniff(head.AsSpan(0, length));
            if (sniffed.AudioOffset is not { } next)
                return sniffed.Kind ?? throw new FileRefusedException("not_audio", NoAudio);
            RefuseLongTags(offset += next);
        }
    }

    private async Task<ObjectInfo> PutAsync(string key, Stream content, AudioFileKind kind, CancellationToken cancellationToken) =>
        await store.PutAsync(key, content, kind.ContentType(), PutCondition.Absent, cancellationToken) ?? throw new FileRacedException();

    /// <summary>Moves a file to the key of its detected kind.</summary>
    private async Task<ObjectInfo> MoveAsync(string from, string to, AudioFileKind kind, CancellationToken cancellationToken)
    {
        ObjectInfo moved;
        await using (var found = await store.OpenAsync(from, cancellationToken: cancellationToken) ?? throw new ObjectStoreUnavailableException("The store has lost a file that it had accepted."))
            moved = await PutAsync(to, found.Content, kind, cancellationToken);
        await store.DeleteAsync(from, CancellationToken.None);
        return moved;
    }

    private async Task<string> InspectAsync(string key, CancellationToken cancellationToken)
    {
        await using var scan = await scanner.BeginAsync(cancellationToken);
        await using var found = await store.OpenAsync(key, cancellationToken: cancellationToken) ?? throw new ObjectStoreUnavailableException("The store has lost a file that it had accepted.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int read; (read = await found.Content.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0;)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                if (scan is not null)
                    await scan.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (scan is not null && await scan.CompleteAsync(cancellationToken) is { } signature)
            throw new FileRefusedException("infected", $"The file contains a virus: {signature}.");
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}

/// <summary>The bytes of a file that were already read, then the rest of it, up to the maximum size.</summary>
internal sealed class IngestStream(ReadOnlyMemory<byte> head, Stream rest, long maxBytes) : ForwardStream
{
    private ReadOnlyMemory<byte> _head = head;
    private long _count;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        if (_head.Length > 0)
        {
            read = Math.Min(_head.Length, buffer.Length);
            _head[..read].CopyTo(buffer);
            _head = _head[read..];
        }
        else
            read = await rest.ReadAsync(buffer, cancellationToken);
        _count += read;
        return _count <= maxBytes ? read : throw new FileTooLargeException(maxBytes);
    }
}

/// <summary>A file was refused. The message is a sentence for the uploader.</summary>
/// <param name="reason">A stable code.</param>
/// <param name="message">The sentence.</param>
public sealed class FileRefusedException(string reason, string message) : Exception(message)
{
    /// <summary>A stable code, such as <c>empty</c>, <c>not_audio</c>, <c>not_an_image</c> or <c>infected</c>.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A file exceeds its maximum size.</summary>
/// <param name="maxBytes">The maximum size, in bytes.</param>
public sealed class FileTooLargeException(long maxBytes) : Exception($"The file is longer than {maxBytes} bytes.")
{
    /// <summary>The maximum size, in bytes.</summary>
    public long MaxBytes { get; } = maxBytes;
}

/// <summary>Another request has sent the same file at the same time.</summary>
public sealed class FileRacedException() : Exception("Another request has sent the file at the same time.");

/// <summary>Files cannot be scanned now, so none are accepted. A later retry may succeed.</summary>
public sealed class ScannerUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
