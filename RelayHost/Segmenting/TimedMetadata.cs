using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AudioOrleans.RelayHost.Segmenting;

/// <summary>
/// Titles inside a transport stream, as hls.js and AVPlayer show them: ID3 tags in a track of their own ("Timed Metadata for HTTP Live Streaming",
/// Apple; the descriptors are those of ISO/IEC 13818-1, sections 2.6.58 to 2.6.61).
/// </summary>
internal static class TimedMetadata
{
    private const int PacketSize = 188;
    private const int HeaderSize = 4;
    private const int ChecksumSize = 4;

    /// <summary>Bytes of a program map before its program descriptors.</summary>
    private const int FixedSize = 12;

    private const int Pid = 0x1FF;
    private const byte MetadataInPes = 0x15;
    private const byte PrivateStream1 = 0xBD;

    /// <summary>Declares the ID3 track of the program: metadata_pointer_descriptor, with the program number last.</summary>
    private static readonly byte[] ProgramDescriptor = [0x25, 0x0F, 0xFF, 0xFF, .. "ID3 "u8, 0xFF, .. "ID3 "u8, 0x00, 0x1F, 0x00, 0x01];

    /// <summary>Declares the track itself: metadata_descriptor.</summary>
    private static readonly byte[] TrackDescriptor = [0x26, 0x0D, 0xFF, 0xFF, .. "ID3 "u8, 0xFF, .. "ID3 "u8, 0x00, 0x0F];

    /// <summary>Returns the program map packet with the track added.</summary>
    /// <param name="map">A packet that holds the whole map.</param>
    /// <exception cref="SegmenterException">The packet does not hold the whole map, or has no room.</exception>
    public static byte[] AddTo(ReadOnlySpan<byte> map)
    {
        var start = HeaderSize + 1 + map[HeaderSize];
        var section = start + FixedSize < map.Length ? map[start..] : throw Damaged();
        var length = ((section[1] & 0x0F) << 8) | section[2];
        var programInfo = ((section[10] & 0x0F) << 8) | section[11];
        if (3 + length < FixedSize + programInfo + ChecksumSize || 3 + length > section.Length)
            throw Damaged();
        ReadOnlySpan<byte> track = [MetadataInPes, 0xE0 | (Pid >> 8), Pid & 0xFF, 0xF0, (byte)TrackDescriptor.Length, .. TrackDescriptor];
        byte[] grown =
        [
            .. section[..(FixedSize + programInfo)], .. ProgramDescriptor,
            .. section[(FixedSize + programInfo)..(3 + length - ChecksumSize)], .. track, 0, 0, 0, 0,
        ];
        section.Slice(3, 2).CopyTo(grown.AsSpan(FixedSize + programInfo + ProgramDescriptor.Length - 2));
        BinaryPrimitives.WriteUInt16BigEndian(grown.AsSpan(1), (ushort)(0xB000 | (grown.Length - 3)));
        BinaryPrimitives.WriteUInt16BigEndian(grown.AsSpan(10), (ushort)(0xF000 | (programInfo + ProgramDescriptor.Length)));
        BinaryPrimitives.WriteUInt32BigEndian(grown.AsSpan(grown.Length - ChecksumSize), Crc32(grown.AsSpan(0, grown.Length - ChecksumSize)));
        if (grown.Length > PacketSize - HeaderSize - 1)
            throw new SegmenterException("The segmenter's program map leaves no room for titles.");
        var packet = new byte[PacketSize];
        packet.AsSpan().Fill(0xFF);
        map[..HeaderSize].CopyTo(packet);
        packet[HeaderSize] = 0;
        grown.CopyTo(packet.AsSpan(HeaderSize + 1));
        return packet;
    }

    /// <summary>Writes a title that applies from a given time.</summary>
    /// <param name="output">Receives whole packets.</param>
    /// <param name="title">The title; empty removes the previous one.</param>
    /// <param name="pts">The start time, in ticks of 90 kHz, on the clock of the audio packets.</param>
    /// <param name="counter">The track's continuity counter, which is incremented.</param>
    public static void Write(IBufferWriter<byte> output, string title, long pts, ref byte counter)
    {
        ReadOnlySpan<byte> unit = Pes(Id3(title), pts);
        for (var first = true; !unit.IsEmpty; first = false)
        {
            var count = Math.Min(unit.Length, PacketSize - HeaderSize);
            var packet = output.GetSpan(PacketSize)[..PacketSize];
            packet.Fill(0xFF);
            packet[0] = 0x47;
            BinaryPrimitives.WriteUInt16BigEndian(packet[1..], (ushort)((first ? 0x4000 : 0) | Pid));
            packet[3] = (byte)(0x10 | counter);
            if (count < PacketSize - HeaderSize)
            {
                // Stuffing fills the remaining space in front of the payload, in an adaptation field (section 2.4.3.4).
                packet[3] |= 0x20;
                var stuffing = PacketSize - HeaderSize - count - 1;
                packet[4] = (byte)stuffing;
                if (stuffing > 0)
                    packet[5] = 0;
            }
            unit[..count].CopyTo(packet[^count..]);
            output.Advance(PacketSize);
            counter = (byte)((counter + 1) & 0x0F);
            unit = unit[count..];
        }
    }

    private static SegmenterException Damaged() => new("The segmenter's program map is damaged.");

    private static byte[] Pes(ReadOnlySpan<byte> payload, long pts)
    {
        var pes = new byte[14 + payload.Length];
        ReadOnlySpan<byte> header =
        [
            0, 0, 1, PrivateStream1, 0, 0,
            0x84, 0x80, 5, // The payload begins here (data_alignment_indicator), and a PTS follows.
            (byte)(0x21 | ((pts >> 29) & 0x0E)), (byte)(pts >> 22), (byte)(((pts >> 14) & 0xFE) | 1), (byte)(pts >> 7), (byte)(((pts << 1) & 0xFE) | 1),
        ];
        header.CopyTo(pes);
        BinaryPrimitives.WriteUInt16BigEndian(pes.AsSpan(4), (ushort)(pes.Length - 6));
        payload.CopyTo(pes.AsSpan(14));
        return pes;
    }

    /// <summary>Builds an ID3v2.4 tag with only the title, in UTF-8 (id3.org, "ID3 tag version 2.4.0", sections 3 and 4.2.1).</summary>
    private static byte[] Id3(string title)
    {
        const byte utf8 = 3;
        var text = Encoding.UTF8.GetBytes(title);
        var frame = text.Length + 1;
        return [.. "ID3"u8, 4, 0, 0, .. Synchsafe(frame + 10), .. "TIT2"u8, .. Synchsafe(frame), 0, 0, utf8, .. text];
    }

    private static byte[] Synchsafe(int size) => [(byte)((size >> 21) & 0x7F), (byte)((size >> 14) & 0x7F), (byte)((size >> 7) & 0x7F), (byte)(size & 0x7F)];

    /// <summary>The checksum of program tables (ISO/IEC 13818-1, annex A); differs from the CRC-32 of zip.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= (uint)one << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc << 1) ^ ((crc & 0x8000_0000) != 0 ? 0x04C1_1DB7u : 0);
        }
        return crc;
    }
}
