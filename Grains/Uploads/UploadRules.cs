using System.Text;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;

namespace AudioOrleans.Grains.Uploads;

/// <summary>What may be uploaded, and what the next state of an upload is. Needs no runtime.</summary>
public static class UploadRules
{
    /// <summary>Where tus clients tell it.</summary>
    private const string LengthHeader = "Upload-Length";

    private const int LongestName = 255;
    private const int LeastKbps = 32;
    private const int MostKbps = 320;
    private const int MostRenditions = 4;
    private const double SoftestLufs = -36;
    private const double LoudestLufs = -9;

    /// <summary>What is wrong with a request; empty when nothing is.</summary>
    public static ImmutableArray<FieldProblem> Check(BeginUpload command, UploadOptions options)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(options);
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        if ((command.Length < 1 && !command.IsLengthDeferred) || command.Length > options.MaxBytes)
            problems.Add(new FieldProblem("length", $"Expected 1 to {options.MaxBytes} bytes.", FieldCodes.OutOfRange));
        if (command.RenditionsKbps.Length > MostRenditions || command.RenditionsKbps.Any(kbps => kbps is < LeastKbps or > MostKbps) || command.RenditionsKbps.Distinct().Count() != command.RenditionsKbps.Length)
            problems.Add(new FieldProblem("renditions", $"Expected at most {MostRenditions} different rates from {LeastKbps} to {MostKbps} kbit/s, such as 64,128.", FieldCodes.OutOfRange));
        if (command.TargetLufs is { } lufs && !(lufs >= SoftestLufs && lufs <= LoudestLufs))
            problems.Add(new FieldProblem("target_lufs", $"Expected {SoftestLufs} to {LoudestLufs} LUFS, such as -16.", FieldCodes.OutOfRange));
        return problems.ToImmutable();
    }

    /// <summary>What is wrong with a length that is told of an upload; null when nothing is.</summary>
    public static FieldProblem? CheckLength(UploadState state, long length, UploadOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(options);
        if (!state.IsLengthDeferred)
            return length == state.SizeBytes ? null : new FieldProblem(LengthHeader, $"Expected {state.SizeBytes}, the length that the upload has.", FieldCodes.NotAllowed);
        var least = Math.Max(1, state.Offset);
        return length >= least && length <= options.MaxBytes
            ? null
            : new FieldProblem(LengthHeader, $"Expected {least} to {options.MaxBytes} bytes; {state.Offset} have come.", FieldCodes.OutOfRange);
    }

    /// <summary>A file name as it is kept: the last part of a path, without control characters.</summary>
    public static string NameOf(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        // A path's last name; a backslash is a character like others. Runes: of a pair of surrogates neither goes without the other.
        var name = string.Concat(fileName[(fileName.LastIndexOf('/') + 1)..].EnumerateRunes().Where(IsKept)).Trim();
        if (name.Length > LongestName)
            name = name[..(char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName)];
        return name;

        static bool IsKept(Rune rune) => !Rune.IsControl(rune) && rune.Value is not (0xFFFE or 0xFFFF);
    }

    /// <summary>The upload as its owner sees it.</summary>
    public static UploadDetails ToDetails(Guid uploadId, UploadState state, int progress)
    {
        ArgumentNullException.ThrowIfNull(state);
        var prepared = state.Prepared;
        return new UploadDetails(
            uploadId, state.OwnerId, state.FileName, state.Status, state.Status == UploadStatus.Ready ? 100 : progress, state.Format, state.SizeBytes,
            prepared?.Title, prepared?.Artist, prepared?.Album, prepared?.Mp3.Duration, prepared?.BitsPerSecond, state.LoudnessLufs, prepared?.HasArt ?? false,
            state.IsAnalysed, state.ErrorMessage, state.DuplicateOf, state.CreatedAt, state.CompletedAt, prepared?.Warning);
    }
}
