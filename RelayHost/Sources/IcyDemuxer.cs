using System.Text;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>
/// Separates the metadata from the audio of an ICY stream: after each announced interval of audio bytes come one length byte (x16) and that many
/// bytes of metadata. An interval of 0 means audio only.
/// </summary>
public sealed class IcyDemuxer
{
    /// <summary>Consecutive blocks without a known field after which the announced interval counts as wrong.</summary>
    private const int ToleratedInvalidBlocks = 2;

    private readonly byte[] _block = new byte[255 * 16];
    private readonly int _interval;
    private readonly Encoding? _charset;
    private int _untilMetadata;
    private int _blockLength = -1;
    private int _blockFilled;
    private int _invalidBlocks;

    /// <summary>
    /// Creates a demuxer for a source that announced this <c>icy-metaint</c>, in bytes, and writes its titles in this charset; null to detect it.
    /// </summary>
    public IcyDemuxer(int interval, Encoding? charset = null)
    {
        _untilMetadata = _interval = interval;
        _charset = charset;
    }

    /// <summary>
    /// Takes the next part of the input: a run of audio bytes, or a whole metadata block that contained a title. Returns false when the input is used
    /// up.
    /// </summary>
    /// <exception cref="SourceException">The bytes in place of metadata are not metadata (<see cref="SourceFault.MetadataInvalid"/>).</exception>
    public bool TryRead(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> audio, out string? title)
    {
        audio = default;
        title = null;
        while (!input.IsEmpty)
        {
            if (_interval <= 0)
            {
                audio = input;
                input = default;
                return true;
            }
            if (_untilMetadata > 0)
            {
                var count = Math.Min(_untilMetadata, input.Length);
                audio = input[..count];
                input = input[count..];
                _untilMetadata -= count;
                return true;
            }
            if (ReadBlock(ref input, out title))
                return true;
        }
        return false;
    }

    private bool ReadBlock(ref ReadOnlySpan<byte> input, out string? title)
    {
        title = null;
        if (_blockLength < 0)
        {
            _blockLength = input[0] * 16;
            _blockFilled = 0;
            input = input[1..];
        }
        var count = Math.Min(_blockLength - _blockFilled, input.Length);
        input[..count].CopyTo(_block.AsSpan(_blockFilled));
        input = input[count..];
        _blockFilled += count;
        if (_blockFilled < _blockLength)
            return false;

        var block = _block.AsSpan(0, _blockLength);
        _blockLength = -1;
        _untilMetadata = _interval;
        if (block.IsEmpty)
            return false;
        if (StreamTitle.TryParse(block, out var parsed, _charset))
        {
            _invalidBlocks = 0;
            title = parsed;
            return true;
        }
        // A block may contain only other fields (StreamUrl='…';), but it always has the form name='value'.
        if (block.IndexOf("='"u8) >= 0 || block.IndexOf("=\""u8) >= 0)
            _invalidBlocks = 0;
        else if (++_invalidBlocks > ToleratedInvalidBlocks)
            throw new SourceException(SourceFault.MetadataInvalid, "The source announces metadata in the stream, but sends none.");
        return false;
    }
}
