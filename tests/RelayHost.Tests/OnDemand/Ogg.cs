using System.Buffers.Binary;

namespace AudioOrleans.RelayHost.Tests.OnDemand;

/// <summary>Changes Ogg files in ways that no encoder offers (RFC 3533, section 6).</summary>
internal static class Ogg
{
    /// <summary>Moves the positions in a file later by this many granules; pages with headers stay at zero.</summary>
    public static byte[] Shift(byte[] file, long granules)
    {
        for (int at = 0, length; at < file.Length; at += length)
        {
            var page = file.AsSpan(at);
            var segments = page[26];
            length = 27 + segments;
            for (var i = 0; i < segments; i++)
                length += page[27 + i];
            page = page[..length];
            var granule = BinaryPrimitives.ReadInt64LittleEndian(page[6..]);
            if (granule > 0)
                BinaryPrimitives.WriteInt64LittleEndian(page[6..], granule + granules);
            page[22..26].Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(page[22..], Checksum(page));
        }
        return file;
    }

    private static uint Checksum(ReadOnlySpan<byte> page)
    {
        var crc = 0u;
        foreach (var one in page)
        {
            crc ^= (uint)one << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc << 1) ^ ((crc & 0x8000_0000) != 0 ? 0x04C1_1DB7u : 0);
        }
        return crc;
    }
}
