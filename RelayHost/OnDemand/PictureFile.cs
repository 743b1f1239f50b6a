using System.Buffers.Binary;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>What the headers of a picture say, read without decoding it.</summary>
/// <param name="ContentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>, by its content.</param>
/// <param name="Width">In pixels, as stored.</param>
/// <param name="Height">In pixels, as stored.</param>
/// <param name="Orientation">How to turn it upright, 1 to 8 (EXIF 2.3, tag 0x0112); 1 for as it is.</param>
/// <param name="FirstFrame">Where the first frame of an animated WebP is; null for a still picture.</param>
public sealed record PictureFile(string ContentType, int Width, int Height, int Orientation, Range? FirstFrame)
{
    private const int Upright = 1;

    /// <summary>Reads the headers of a JPEG, PNG or WebP file; null if it is none of these, or its headers are damaged.</summary>
    public static PictureFile? Read(ReadOnlySpan<byte> file)
    {
        if (!CoverArt.TryFindContentType(file, out var contentType))
            return null;
        var picture = contentType switch { "image/jpeg" => ReadJpeg(file), "image/png" => ReadPng(file), _ => ReadWebP(file) };
        return picture is { Width: > 0, Height: > 0 } ? picture with { ContentType = contentType } : null;
    }

    /// <summary>Marker segments up to the frame header (ITU-T T.81, annex B).</summary>
    private static PictureFile? ReadJpeg(ReadOnlySpan<byte> file)
    {
        var orientation = Upright;
        for (var at = 2; at + 4 <= file.Length && file[at] == 0xFF;)
        {
            var marker = file[at + 1];
            if (marker == 0xFF) // A fill byte.
            {
                at++;
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length)
                return null;
            var body = file.Slice(at + 4, length - 2);
            if (marker == 0xE1 && body.StartsWith("Exif\0\0"u8))
                orientation = OrientationOf(body[6..]);
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return body.Length < 5 ? null : new PictureFile("", BinaryPrimitives.ReadUInt16BigEndian(body[3..]), BinaryPrimitives.ReadUInt16BigEndian(body[1..]), orientation, null);
            else if (marker is 0xD9 or 0xDA)
                return null;
            at += 2 + length;
        }
        return null;
    }

    /// <summary>Chunks up to the image data (PNG, third edition, section 5).</summary>
    private static PictureFile? ReadPng(ReadOnlySpan<byte> file)
    {
        PictureFile? picture = null;
        for (var at = 8; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (length < 0 || length > file.Length - at - 12)
                return null;
            var type = file.Slice(at + 4, 4);
            var body = file.Slice(at + 8, length);
            if (type.SequenceEqual("IHDR"u8) && length >= 8)
                picture = new PictureFile("", BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]), Upright, null);
            else if (type.SequenceEqual("eXIf"u8) && picture is not null)
                picture = picture with { Orientation = OrientationOf(body) };
            else if (type.SequenceEqual("IDAT"u8))
                return picture;
            at += 12 + length;
        }
        return null;
    }

    /// <summary>Chunks of a RIFF file (RFC 9649, section 2).</summary>
    private static PictureFile? ReadWebP(ReadOnlySpan<byte> file)
    {
        PictureFile? picture = null;
        var orientation = Upright;
        for (var at = 12; at + 8 <= file.Length;)
        {
            var type = file.Slice(at, 4);
            var body = file[(at + 8)..];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > body.Length)
                break;
            body = body[..(int)length];
            if (picture is null && type.SequenceEqual("ANMF"u8) && length > 16)
                picture = new PictureFile("", 1 + ReadUInt24(body[6..]), 1 + ReadUInt24(body[9..]), Upright, (at + 24)..(at + 8 + (int)length));
            else if (picture is null && type.SequenceEqual("VP8 "u8) && length >= 10)
                picture = new PictureFile("", BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF, Upright, null);
            else if (picture is null && type.SequenceEqual("VP8L"u8) && length >= 5 && BinaryPrimitives.ReadUInt32LittleEndian(body[1..]) is var bits)
                picture = new PictureFile("", 1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF), Upright, null);
            else if (type.SequenceEqual("EXIF"u8))
                orientation = OrientationOf(body.StartsWith("Exif\0\0"u8) ? body[6..] : body);
            at += 8 + (int)length + (int)(length & 1);
        }
        return picture is null ? null : picture with { Orientation = orientation };
    }

    private static int ReadUInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    /// <summary>The orientation in the first directory of a TIFF structure.</summary>
    private static int OrientationOf(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8)))
            return Upright;
        var isLittle = tiff[0] == (byte)'I';
        var start = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (start > tiff.Length - 2)
            return Upright;
        var directory = tiff[(int)start..];
        var count = Short(directory);
        for (var entries = directory[2..]; count > 0 && entries.Length >= 12; count--, entries = entries[12..])
        {
            if (Short(entries) == 0x0112)
                return Short(entries[8..]) is >= 1 and <= 8 and var orientation ? orientation : Upright;
        }
        return Upright;

        int Short(ReadOnlySpan<byte> bytes) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <summary>The file that a decoder of still pictures reads: the same, or the first frame of an animated WebP as a file of its own.</summary>
    public ReadOnlyMemory<byte> StillOf(ReadOnlyMemory<byte> file)
    {
        if (FirstFrame is not { } range)
            return file;
        var frame = file[range].Span;
        var hasAlpha = frame.StartsWith("ALPH"u8);
        byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, 0x10, 0, 0, 0, .. UInt24(Width - 1), .. UInt24(Height - 1)];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, 4 + (hasAlpha ? extended.Length : 0) + frame.Length);
        return (byte[])[.. "RIFF"u8, .. length, .. "WEBP"u8, .. hasAlpha ? extended : [], .. frame];

        static byte[] UInt24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
    }
}
