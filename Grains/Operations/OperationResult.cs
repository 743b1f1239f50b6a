using System.Text.Json;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.Operations;

/// <summary>What a command answered after it had changed something: a value, or a refusal.</summary>
/// <param name="Value">The value; null for none.</param>
/// <param name="Error">The kind of a refusal; null for a value.</param>
/// <param name="Message">Its sentence.</param>
/// <param name="Field">The field that it is about; null for none.</param>
/// <param name="Code">What is wrong with the field; null for none, and in what was stored before there were codes.</param>
public sealed record OperationResult(JsonElement? Value, AudioError? Error, string? Message, string? Field, string? Code = null)
{
    /// <summary>The answer of a method that returned.</summary>
    /// <param name="value">What it returned.</param>
    /// <param name="type">The type that it promises; null for none.</param>
    public static OperationResult Of(object? value, Type? type) =>
        new(type is null || value is null ? null : JsonSerializer.SerializeToElement(value, type, StateJson.Options), null, null, null);

    /// <summary>The answer of a method that refused.</summary>
    public static OperationResult Of(AudioException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new OperationResult(null, refusal.Error, refusal.Message, refusal.Field, refusal.Code);
    }

    /// <summary>The value once more.</summary>
    /// <exception cref="AudioException">The refusal once more.</exception>
    public object? Give(Type? type)
    {
        if (Error is { } error)
            throw Field is { } field ? new AudioException(new FieldProblem(field, Message!, Code ?? FieldCodes.Malformed)) : new AudioException(error, Message!);
        return type is null || Value is not { } value ? null : value.Deserialize(type, StateJson.Options);
    }

    /// <summary>Keeps the value, which may hold secrets, out of logs.</summary>
    public override string ToString() => $"OperationResult {Error}";
}
