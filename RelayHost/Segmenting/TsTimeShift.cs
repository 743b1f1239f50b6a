using System.Buffers.Binary;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.RelayHost.Segmenting;

/// <summary>
/// A transport stream segment (ISO/IEC 13818-1) with all timestamps moved later by the same amount, so that segments of one file can be placed
/// anywhere in a longer programme. Its length does not change.
/// </summary>
/// <param name="segment">Whole packets, from the first on. Disposed together with this stream.</param>
/// <param name="ticks">The shift, in ticks of 90 kHz.</param>
public sealed class TsTimeShift(Stream segment, long ticks) : ForwardStream
{
    /// <summary>Ticks per second.</summary>
    public const long Clock = 90_000;

    private const int PacketSize = 188;
    private const int AdaptationStart = 4;
    private const int ClockStart = 6;
    private const int PesTimestamp = 9;
    private const int PesTimestampEnd = 14;
    private const long Modulus = 1L << 33;

    private readonly byte[] _packets = new byte[64 * PacketSize];
    private int _count;
    private int _at;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_at == _count)
        {
            (_at, _count) = (0, await segment.ReadAtLeastAsync(_packets, _packets.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false));
            for (var packet = 0; packet + PacketSize <= _count; packet += PacketSize)
                Shift(_packets.AsSpan(packet, PacketSize), ticks);
        }
        var count = Math.Min(buffer.Length, _count - _at);
        _packets.AsMemory(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await segment.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Shifts the program clock reference and the presentation timestamp of one packet, where present.</summary>
    private static void Shift(Span<byte> packet, long ticks)
    {
        var (beginsPes, hasAdaptation) = ((packet[1] & 0x40) != 0, (packet[3] & 0x20) != 0);
        var payload = AdaptationStart;
        if (hasAdaptation)
        {
            var length = packet[AdaptationStart];
            payload += 1 + length;
            if (length > 0 && (packet[AdaptationStart + 1] & 0x10) != 0)
                ShiftClock(packet[ClockStart..], ticks);
        }
        // Tables also begin packets, but without the start code of an audio stream (0xC0 to 0xDF).
        if (beginsPes && payload + PesTimestampEnd <= PacketSize && packet[payload..] is [0, 0, 1, >= 0xC0 and <= 0xDF, _, _, _, >= 0x80, ..])
            ShiftTimestamp(packet[(payload + PesTimestamp)..], ticks);
    }

    /// <summary>33 bits at 90 kHz, then six reserved bits and nine at 27 MHz, which stay unchanged.</summary>
    private static void ShiftClock(Span<byte> field, long ticks)
    {
        var clock = (((long)BinaryPrimitives.ReadUInt32BigEndian(field) << 1) | (long)(field[4] >> 7)) + ticks;
        clock %= Modulus;
        BinaryPrimitives.WriteUInt32BigEndian(field, (uint)(clock >> 1));
        field[4] = (byte)((field[4] & 0x7F) | (int)((clock & 1) << 7));
    }

    /// <summary>33 bits in three parts of 3, 15 and 15, each followed by a marker bit.</summary>
    private static void ShiftTimestamp(Span<byte> field, long ticks)
    {
        var high = (long)(field[0] >> 1) & 0x07;
        var middle = (long)(BinaryPrimitives.ReadUInt16BigEndian(field[1..]) >> 1);
        var low = (long)(BinaryPrimitives.ReadUInt16BigEndian(field[3..]) >> 1);
        var timestamp = ((high << 30) | (middle << 15) | low) + ticks;
        timestamp %= Modulus;
        field[0] = (byte)((field[0] & 0xF1) | (int)((timestamp >> 29) & 0x0E));
        BinaryPrimitives.WriteUInt16BigEndian(field[1..], (ushort)(((timestamp >> 14) & 0xFFFE) | 1));
        BinaryPrimitives.WriteUInt16BigEndian(field[3..], (ushort)(((timestamp << 1) & 0xFFFE) | 1));
    }
}
