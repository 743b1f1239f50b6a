using System.Buffers;

namespace AudioOrleans.Gateway.Media;

/// <summary>Sends bodies whose length was announced, in large pieces.</summary>
public static class Bodies
{
    /// <summary>
    /// Read into the server's own buffer and sent from there, with no copy between. Pieces of the 4 KiB that the server takes by itself would need
    /// as many calls of the kernel's; larger ones would delay the first byte and cost memory while a client is slow.
    /// </summary>
    private const int PieceSize = 128 * 1024;

    /// <summary>A body of at most this size needs no flush of its own: it is sent with the headers when the request ends.</summary>
    private const int SmallSize = 32 * 1024;

    /// <summary>Sends what a stream has, up to the announced length. If it has less, the server closes the connection at the end of the request.</summary>
    /// <param name="context">The request; the response has its headers.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="length">How many.</param>
    /// <param name="beforeSending">Called before each piece is sent, with its length and whether it is the last one; null for nothing.</param>
    /// <returns>Whether the stream had as many.</returns>
    public static async Task<bool> SendAsync(this HttpContext context, Stream content, long length, Func<int, bool, ValueTask>? beforeSending = null)
    {
        var (response, aborted) = (context.Response, context.RequestAborted);
        await response.StartAsync(aborted); // Before the start, the writer would lend memory that is copied once more.
        while (length > 0)
        {
            var piece = response.BodyWriter.GetMemory((int)Math.Min(length, PieceSize));
            var read = await content.ReadAsync(piece[..(int)Math.Min(length, piece.Length)], aborted);
            if (read == 0)
                return false;
            length -= read;
            if (beforeSending is not null)
                await beforeSending(read, length == 0);
            response.BodyWriter.Advance(read);
            await response.BodyWriter.FlushAsync(aborted);
        }
        return true;
    }

    /// <summary>Sends bytes.</summary>
    public static Task SendAsync(this HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (body.Length > SmallSize)
            return SendInPiecesAsync(context, body);
        context.Response.BodyWriter.Write(body.Span);
        return Task.CompletedTask;
    }

    private static async Task SendInPiecesAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var (response, aborted) = (context.Response, context.RequestAborted);
        await response.StartAsync(aborted);
        while (body.Length > 0)
        {
            var piece = body[..Math.Min(body.Length, PieceSize)];
            piece.CopyTo(response.BodyWriter.GetMemory(piece.Length));
            response.BodyWriter.Advance(piece.Length);
            body = body[piece.Length..];
            await response.BodyWriter.FlushAsync(aborted);
        }
    }
}
