using System.Buffers.Binary;
using System.Text;

namespace AudioOrleans.RelayHost.Tests.OnDemand;

/// <summary>Writes tags as unusual writers do (id3.org; wiki.hydrogenaud.io, APEv2 specification).</summary>
internal static class Tags
{
    public static byte[] Id3v2(byte version, byte[] frames) => [.. "ID3"u8, version, 0, 0, .. Synchsafe(frames.Length), .. frames];

    public static byte[] Frame(byte version, string id, byte[] body)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, body.Length);
        return [.. Encoding.ASCII.GetBytes(id), .. version == 4 ? Synchsafe(body.Length) : size, 0, 0, .. body];
    }

    public static byte[] Picture(string type, byte kind, byte[] picture) => Frame(3, "APIC", [0, .. Encoding.ASCII.GetBytes(type), 0, kind, 0, .. picture]);

    /// <summary>The same tag with a zero after each FF that needs one, and with the flag for it.</summary>
    public static byte[] Unsynchronise(byte[] tag, byte version)
    {
        var body = new List<byte>();
        foreach (var one in tag.Skip(10))
        {
            if (body.Count > 0 && body[^1] == 0xFF && (one == 0 || one >= 0xE0))
                body.Add(0);
            body.Add(one);
        }
        return [.. "ID3"u8, version, 0, 0x80, .. Synchsafe(body.Count), .. body];
    }

    /// <summary>An APEv2 tag: a header, items, a footer.</summary>
    public static byte[] Ape(params (string Key, string Value)[] items)
    {
        byte[] body = [.. items.SelectMany(item => (byte[])[.. Little(Encoding.UTF8.GetByteCount(item.Value)), .. Little(0), .. Encoding.ASCII.GetBytes(item.Key), 0, .. Encoding.UTF8.GetBytes(item.Value)])];
        byte[] Edge(uint flags) => [.. "APETAGEX"u8, .. Little(2000), .. Little(body.Length + 32), .. Little(items.Length), .. Little((int)flags), .. new byte[8]];
        return [.. Edge(0xA000_0000), .. body, .. Edge(0x8000_0000)];
    }

    private static byte[] Synchsafe(int size) => [(byte)((size >> 21) & 0x7F), (byte)((size >> 14) & 0x7F), (byte)((size >> 7) & 0x7F), (byte)(size & 0x7F)];

    private static byte[] Little(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }
}
