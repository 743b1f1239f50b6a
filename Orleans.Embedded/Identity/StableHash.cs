using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Orleans;

/// <summary>
/// xxHash32 with seed 0, its bytes in the order of its canonical form. The same value in every process and in Orleans,
/// because stored reminders are found by it.
/// </summary>
public static class StableHash
{
    private const uint P1 = 2654435761, P2 = 2246822519, P3 = 3266489917, P4 = 668265263, P5 = 374761393;

    /// <summary>The hash of a text's UTF-16 bytes.</summary>
    public static uint ComputeHash(string data) => ComputeHash(MemoryMarshal.AsBytes(data.AsSpan()));

    /// <summary>The hash of bytes.</summary>
    public static uint ComputeHash(ReadOnlySpan<byte> data)
    {
        var length = (uint)data.Length;
        uint hash;
        if (data.Length >= 16)
        {
            uint a = unchecked(P1 + P2), b = P2, c = 0, d = unchecked(0 - P1);
            for (; data.Length >= 16; data = data[16..])
            {
                a = Round(a, data);
                b = Round(b, data[4..]);
                c = Round(c, data[8..]);
                d = Round(d, data[12..]);
            }

            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
                + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        }
        else
        {
            hash = P5;
        }

        hash += length;
        for (; data.Length >= 4; data = data[4..])
            hash = BitOperations.RotateLeft(hash + BinaryPrimitives.ReadUInt32LittleEndian(data) * P3, 17) * P4;
        foreach (var rest in data)
            hash = BitOperations.RotateLeft(hash + rest * P5, 11) * P1;

        hash = (hash ^ (hash >> 15)) * P2;
        hash = (hash ^ (hash >> 13)) * P3;
        return BinaryPrimitives.ReverseEndianness(hash ^ (hash >> 16));
    }

    private static uint Round(uint lane, ReadOnlySpan<byte> data) =>
        BitOperations.RotateLeft(lane + BinaryPrimitives.ReadUInt32LittleEndian(data) * P2, 13) * P1;
}
