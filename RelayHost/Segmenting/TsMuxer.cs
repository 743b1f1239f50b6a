using System.Buffers;
using System.Buffers.Binary;
using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Segmenting;

/// <summary>
/// Packs frames of one format into transport stream segments (ISO/IEC 13818-1) that decode on their own: each starts with the program tables and ends
/// with a whole PES packet. For files, where all frames are available and no process is needed.
/// </summary>
/// <param name="format">The audio format of the frames.</param>
/// <param name="targetDuration">The target duration of a segment.</param>
/// <param name="start">When the first frame plays, relative to the start of the file.</param>
public sealed class TsMuxer(AudioFormat format, TimeSpan targetDuration, TimeSpan start = default)
{
    private const int PacketSize = 188;
    private const int HeaderSize = 4;
    private const int PesHeaderSize = 14;
    private const long Clock = TsTimeShift.Clock;
    private const long ClockModulus = 1L << 33;
    private const int MapPid = 0x1000;
    private const int AudioPid = 0x100;
    private const byte AudioStreamId = 0xC0;

    /// <summary>The first timestamp, and how far it is ahead of the clock: decoders fill their buffers in between.</summary>
    private const long FirstTimestamp = 14 * Clock / 10;
    private const long ClockLead = 7 * Clock / 10;

    /// <summary>Sixteen packets: cuts are exact to a fifth of a second at 128 kbit/s, with little header overhead.</summary>
    private const int MostPesBytes = 2930;

    /// <summary>Frames of silence are a few bytes: without a time limit one packet would hold half a minute of them.</summary>
    private static readonly TimeSpan MostPesTime = TimeSpan.FromSeconds(0.5);

    private readonly ArrayBufferWriter<byte> _segment = new(128 * 1024);
    private readonly ArrayBufferWriter<byte> _pes = new(4096);
    private readonly byte[] _association = Table(0, [0x00, 0x01, 0xE0 | (MapPid >> 8), MapPid & 0xFF], tableId: 0);
    private readonly byte[] _map = Table(
        MapPid, [0xE0 | (AudioPid >> 8), AudioPid & 0xFF, 0xF0, 0x00, StreamType(format), 0xE0 | (AudioPid >> 8), AudioPid & 0xFF, 0xF0, 0x00], tableId: 2);
    private readonly long _first = FirstTimestamp + (start.Ticks * Clock / TimeSpan.TicksPerSecond);
    private readonly long _target = (long)(targetDuration.TotalSeconds * format.SampleRate);
    private readonly long _mostPesSamples = (long)(MostPesTime.TotalSeconds * format.SampleRate);
    private long _samples;
    private long _pesStart;
    private long _segmentStart;
    private byte _audioCounter;
    private byte _tableCounter;

    /// <summary>Takes a whole frame. Returns the segment that ends before it, if any.</summary>
    public RentedSegment? Write(ReadOnlySpan<byte> frame, FrameHeader header)
    {
        RentedSegment? finished = null;
        if (_pes.WrittenCount > 0 && (_pes.WrittenCount + frame.Length > MostPesBytes || _samples - _pesStart >= _mostPesSamples))
        {
            EndPes();
            // Of two possible cuts, takes the one nearer to the target.
            if (_samples - _segmentStart + ((_samples - _pesStart) / 2) >= _target)
                finished = EndSegment();
            _pesStart = _samples;
        }
        _pes.Write(frame);
        _samples += header.Samples;
        return finished;
    }

    /// <summary>Ends the input and returns the last segment; null when there is none.</summary>
    public RentedSegment? Complete()
    {
        if (_pes.WrittenCount > 0)
            EndPes();
        return _segment.WrittenCount > 0 ? EndSegment() : null;
    }

    private RentedSegment EndSegment()
    {
        var duration = TimeSpan.FromTicks((_samples - _segmentStart) * TimeSpan.TicksPerSecond / format.SampleRate);
        var segment = new RentedSegment(_segment.WrittenSpan, duration);
        _segment.ResetWrittenCount();
        _segmentStart = _samples;
        return segment;
    }

    private void EndPes()
    {
        if (_segment.WrittenCount == 0)
        {
            WriteTable(_association);
            WriteTable(_map);
            _tableCounter = (byte)((_tableCounter + 1) & 0x0F);
        }
        var timestamp = (_first + (_pesStart * Clock / format.SampleRate)) % ClockModulus;
        Span<byte> header = stackalloc byte[PesHeaderSize];
        WritePesHeader(header, _pes.WrittenCount, timestamp);
        var rest = _pes.WrittenSpan;
        var isFirst = true;
        while (isFirst || rest.Length > 0)
        {
            var packet = _segment.GetSpan(PacketSize)[..PacketSize];
            var at = WritePacketHeader(packet, isFirst, (isFirst ? PesHeaderSize : 0) + rest.Length, timestamp);
            if (isFirst)
            {
                header.CopyTo(packet[at..]);
                at += PesHeaderSize;
            }
            var count = PacketSize - at;
            rest[..count].CopyTo(packet[at..]);
            rest = rest[count..];
            _segment.Advance(PacketSize);
            isFirst = false;
        }
        _pes.ResetWrittenCount();
    }

    /// <summary>Writes the header and an adaptation field that fills the space left by the payload; returns where the payload begins.</summary>
    private int WritePacketHeader(Span<byte> packet, bool isFirst, int payload, long timestamp)
    {
        const int clockField = 8;
        var adaptation = Math.Max(isFirst ? clockField : 0, PacketSize - HeaderSize - payload);
        packet[0] = 0x47;
        packet[1] = (byte)((isFirst ? 0x40 : 0) | (AudioPid >> 8));
        packet[2] = AudioPid & 0xFF;
        packet[3] = (byte)((adaptation > 0 ? 0x30 : 0x10) | _audioCounter);
        _audioCounter = (byte)((_audioCounter + 1) & 0x0F);
        if (adaptation == 0)
            return HeaderSize;
        packet[HeaderSize] = (byte)(adaptation - 1);
        if (adaptation == 1)
            return HeaderSize + 1;
        packet.Slice(HeaderSize + 2, adaptation - 2).Fill(0xFF);
        // Every PES packet is a random access point and carries the clock.
        packet[HeaderSize + 1] = (byte)(isFirst ? 0x50 : 0);
        if (isFirst)
            WriteClock(packet[(HeaderSize + 2)..], (timestamp - ClockLead + ClockModulus) % ClockModulus);
        return HeaderSize + adaptation;
    }

    private static void WriteClock(Span<byte> field, long clock)
    {
        BinaryPrimitives.WriteUInt32BigEndian(field, (uint)(clock >> 1));
        field[4] = (byte)(((clock & 1) << 7) | 0x7E);
        field[5] = 0;
    }

    private static void WritePesHeader(Span<byte> header, int payload, long timestamp)
    {
        header[0] = header[1] = 0;
        header[2] = 1;
        header[3] = AudioStreamId;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(PesHeaderSize - 6 + payload));
        header[6] = 0x84; // data_alignment_indicator: a frame begins here.
        header[7] = 0x80;
        header[8] = 5;
        header[9] = (byte)(0x21 | (int)(timestamp >> 29 & 0x0E));
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)((timestamp >> 14 & 0xFFFE) | 1));
        BinaryPrimitives.WriteUInt16BigEndian(header[12..], (ushort)((timestamp << 1 & 0xFFFE) | 1));
    }

    private void WriteTable(byte[] table)
    {
        table[3] = (byte)(0x10 | _tableCounter);
        _segment.Write(table);
    }

    /// <summary>Builds a packet with a table of one section.</summary>
    private static byte[] Table(int pid, ReadOnlySpan<byte> body, byte tableId)
    {
        const int sectionStart = HeaderSize + 1, fixedPart = 8, checksum = 4;
        var packet = new byte[PacketSize];
        Array.Fill(packet, (byte)0xFF);
        packet[0] = 0x47;
        packet[1] = (byte)(0x40 | (pid >> 8));
        packet[2] = (byte)pid;
        packet[3] = 0x10;
        packet[4] = 0; // The section begins directly after this byte.
        var section = packet.AsSpan(sectionStart, fixedPart + body.Length + checksum);
        section[0] = tableId;
        BinaryPrimitives.WriteUInt16BigEndian(section[1..], (ushort)(0xB000 | (section.Length - 3)));
        BinaryPrimitives.WriteUInt16BigEndian(section[3..], 1); // The id of the transport stream, or of the program.
        section[5] = 0xC1;
        section[6] = section[7] = 0;
        body.CopyTo(section[fixedPart..]);
        BinaryPrimitives.WriteUInt32BigEndian(section[^checksum..], Checksum(section[..^checksum]));
        return packet;
    }

    /// <summary>CRC-32 according to ISO/IEC 13818-1, annex A.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= (uint)value << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc << 1) ^ ((crc & 0x80000000) != 0 ? 0x04C11DB7u : 0);
        }
        return crc;
    }

    /// <summary>MPEG-1 audio, MPEG-2 audio with half the sample rates, or AAC in ADTS.</summary>
    private static byte StreamType(AudioFormat format) => format switch
    {
        { Codec: AudioCodec.Aac } => 0x0F,
        { SampleRate: < 32000 } => 0x04,
        _ => 0x03,
    };
}
