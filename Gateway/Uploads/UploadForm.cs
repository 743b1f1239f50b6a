using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.RelayHost.Objects;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>The form of <c>POST /v1/uploads/audio</c>, for the OpenAPI document only: the file is read as a stream.</summary>
public sealed record UploadFile
{
    /// <summary>The audio.</summary>
    public required IFormFile File { get; init; }
}

/// <summary>Finds the file in a form (RFC 7578), without reading it.</summary>
public static class UploadForm
{
    private const string Field = "file";
    private const int LongestBoundary = 100;
    private const int MostHeaders = 16 * 1024;

    /// <summary>The maximum size of the form without its file, in bytes.</summary>
    public const int Room = 64 * 1024;

    /// <summary>The content determines the file's type, but a file declared as an image or a page was sent by mistake.</summary>
    private static readonly string[] Mistakes = ["image/", "text/html"];

    /// <summary>The file's name and bytes; otherwise the error response.</summary>
    public static async Task<(string FileName, Stream? File, IResult? Refusal)> FindFileAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // An empty parameter at the end is allowed (RFC 9110, section 5.6.6).
        if (!MediaTypeHeaderValue.TryParse(request.ContentType?.TrimEnd(';', ' '), out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return ("", null, ProblemJson.Create(StatusCodes.Status415UnsupportedMediaType, $"Expected multipart/form-data with the audio in the field {Field}"));
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        if (boundary.Length is 0 or > LongestBoundary)
            return ("", null, Refuse($"Expected a boundary of 1 to {LongestBoundary} characters in Content-Type.", FieldCodes.Malformed));
        var form = new FormStream(request.Body) { Most = Room };
        var reader = new MultipartReader(boundary.ToString(), form) { HeadersLengthLimit = MostHeaders };
        while (await NextAsync(reader, cancellationToken) is { } section)
        {
            if (!IsReadable(section))
                return ("", null, Refuse("Expected a valid Content-Disposition; a quote inside a name is written \\\" or %22.", FieldCodes.Malformed));
            if (!IsFile(section, out var disposition))
                continue;
            if (section.ContentType is { } said && Mistakes.Any(mistake => said.StartsWith(mistake, StringComparison.OrdinalIgnoreCase)))
                return ("", null, ProblemJson.Create(StatusCodes.Status415UnsupportedMediaType, $"Expected audio in the field {Field}, such as audio/mpeg"));
            var name = disposition!.FileNameStar.HasValue ? disposition.FileNameStar.ToString() : Unquote(disposition.FileName.ToString());
            form.Most = long.MaxValue;
            return (name, new SingleFileStream(new FormStream(section.Body), token => RefuseMoreAsync(reader, form, token)), null);
        }
        return ("", null, Refuse(form.IsOver ? $"Expected an audio file in this field, and at most {Room} bytes before the file." : "Expected an audio file in this field.", FieldCodes.Required));
    }

    private static bool IsReadable(MultipartSection section) => ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out _);

    /// <summary>Decodes only the quoted quote: browsers write it as %22, and a backslash as it is (WHATWG HTML, section 4.10.21.8).</summary>
    private static string Unquote(string name)
    {
        if (name is ['"', .. var inner, '"'])
            name = inner;
        return name.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("%22", "\"", StringComparison.Ordinal);
    }

    private static bool IsFile(MultipartSection section, out ContentDispositionHeaderValue? disposition) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out disposition) && HeaderUtilities.RemoveQuotes(disposition.Name) == Field;

    /// <summary>Reads what follows the file, up to the same limit as for what precedes it.</summary>
    /// <exception cref="AudioException">Invalid: there is a second file, which would be ignored.</exception>
    private static async Task RefuseMoreAsync(MultipartReader reader, FormStream form, CancellationToken cancellationToken)
    {
        form.Most = form.Count + Room;
        while (await NextAsync(reader, cancellationToken) is { } section)
        {
            if (IsFile(section, out _))
                throw new AudioException(new FieldProblem(Field, "Expected one file; send each file in its own request.", FieldCodes.TooMany));
        }
    }

    private static IResult Refuse(string expected, string code) => ProblemJson.Invalid([new(Field, expected, code)]);

    /// <summary>The next part; null at the end, and if the form is truncated or damaged.</summary>
    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException || exception.GetType() == typeof(IOException))
        {
            return null;
        }
    }

    /// <summary>The bytes of a file; the stream ends only when it is certain that no second file follows.</summary>
    private sealed class SingleFileStream(Stream file, Func<CancellationToken, Task> end) : ForwardStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await file.ReadAsync(buffer, cancellationToken);
            if (read == 0)
                await end(cancellationToken);
            return read;
        }
    }
}
