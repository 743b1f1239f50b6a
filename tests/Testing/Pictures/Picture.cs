using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Pictures;

/// <summary>Draws pictures, good and harmful ones, and looks at what was made of them.</summary>
public static class Picture
{
    private const int Tolerance = 40;

    /// <summary>Draws a picture with ffmpeg's sources and filters, as <c>jpg</c>, <c>png</c> or <c>webp</c>.</summary>
    public static Task<byte[]> DrawAsync(string format, string graph) => FfmpegAsync([], ["-filter_complex", graph, "-frames:v", "1", .. format switch
    {
        "jpg" => ["-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj444p", "-f", "mjpeg"],
        "png" => ["-c:v", "png", "-f", "image2pipe"],
        _ => (string[])["-c:v", "libwebp", "-lossless", "1", "-f", "webp"],
    }, "pipe:1"]);

    /// <summary>What ffmpeg writes to its output.</summary>
    public static async Task<byte[]> FfmpegAsync(byte[] input, params ImmutableArray<string> arguments)
    {
        using var content = new MemoryStream(input);
        var command = new ProcessCommand("ffmpeg", ["-hide_banner", "-loglevel", "error", .. arguments]);
        return (await ProcessRunner.RunAsync(command, TimeSpan.FromMinutes(1), TimeProvider.System, content, 64 * 1024 * 1024)).Output.ToArray();
    }

    /// <summary>The colour at a place, from 0 to 1 of the width and height, such as <c>#ff0000</c>; what is nearly black or full is rounded.</summary>
    public static async Task<string> ColourAtAsync(byte[] picture, double x, double y)
    {
        var filter = string.Create(CultureInfo.InvariantCulture, $"crop=4:4:(iw-4)*{x}:(ih-4)*{y},scale=1:1:flags=area,format=rgb24");
        var pixel = await FfmpegAsync(picture, "-i", "pipe:0", "-frames:v", "1", "-vf", filter, "-f", "rawvideo", "pipe:1");
        return "#" + string.Concat(pixel.Take(3).Select(value => (value < Tolerance ? 0 : value > 255 - Tolerance ? 255 : value).ToString("x2", CultureInfo.InvariantCulture)));
    }

    /// <summary>A JPEG as a camera stores it: with its orientation (EXIF), and a description.</summary>
    public static byte[] WithExif(byte[] jpeg, int orientation, string description = "")
    {
        ArgumentNullException.ThrowIfNull(jpeg);
        byte[] body = [.. "Exif\0\0"u8, .. Tiff(orientation), .. Encoding.ASCII.GetBytes(description)];
        return [.. jpeg[..2], 0xFF, 0xE1, .. Big16(body.Length + 2), .. body, .. jpeg[2..]];
    }

    /// <summary>A TIFF structure with an orientation and nothing else.</summary>
    public static byte[] Tiff(int orientation) => [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>A PNG of a size, without any pixels.</summary>
    public static byte[] Png(int width, int height) =>
        [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", [.. Big32(width), .. Big32(height), 8, 2, 0, 0, 0]), .. Chunk("IDAT", []), .. Chunk("IEND", [])];

    /// <summary>A chunk of a PNG.</summary>
    public static byte[] Chunk(string type, byte[] body)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes(type), .. body];
        var crc = ~content.Aggregate(uint.MaxValue, (sum, value) =>
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum >> 1) ^ (0xEDB88320 & (0 - (sum & 1)));
            return sum;
        });
        return [.. Big32(body.Length), .. content, .. Big32((int)crc)];
    }

    /// <summary>A JPEG of one colour in the inks of a printer, as Photoshop saves it: a square whose edge is a multiple of 8.</summary>
    /// <param name="edge">In pixels.</param>
    /// <param name="inks">Cyan, magenta, yellow and black, 0 to 255.</param>
    public static byte[] Cmyk(int edge, params byte[] inks)
    {
        ArgumentNullException.ThrowIfNull(inks);
        var bits = new StringBuilder();
        for (var block = 0; block < edge / 8 * (edge / 8); block++)
        {
            foreach (var ink in inks)
            {
                // Photoshop inverts the inks. Only the first block differs from the one before it.
                var difference = block == 0 ? 127 - ink : 0;
                var size = difference == 0 ? 0 : 1 + (int)Math.Log2(Math.Abs(difference));
                bits.Append(Binary(size, 4)).Append(size == 0 ? "" : Binary(difference > 0 ? difference : difference + (1 << size) - 1, size)).Append('0');
            }
        }
        var padded = bits.ToString().PadRight((bits.Length + 7) / 8 * 8, '1');
        var data = padded.Chunk(8).Select(eight => Convert.ToByte(new string(eight), 2)).SelectMany(value => value == 0xFF ? [0xFF, (byte)0] : new[] { value });
        return
        [
            0xFF, 0xD8, .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]), .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]),
            .. Segment(0xC0, [8, .. Big16(edge), .. Big16(edge), 4, .. inks.SelectMany((_, i) => new byte[] { (byte)(i + 1), 0x11, 0 })]),
            .. Segment(0xC4, [0x00, 0, 0, 0, 9, .. new byte[12], 0, 1, 2, 3, 4, 5, 6, 7, 8]), .. Segment(0xC4, [0x10, 1, .. new byte[15], 0]),
            .. Segment(0xDA, [4, .. inks.SelectMany((_, i) => new byte[] { (byte)(i + 1), 0 }), 0, 63, 0]), .. data, 0xFF, 0xD9,
        ];

        static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, .. Big16(body.Length + 2), .. body];
        static string Binary(int value, int digits) => Convert.ToString(value, 2).PadLeft(digits, '0');
    }

    private static byte[] Big16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Big32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
