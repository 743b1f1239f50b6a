using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Configuration;

/// <summary>Creates the exception for an invalid setting. Its message names the full key and what was expected.</summary>
public static class WrongSetting
{
    /// <summary>For a setting whose text may be displayed.</summary>
    public static OptionsValidationException Create(IConfigurationSection setting, string expected) => Because(Sentence(setting.Path, setting.Value, expected));

    /// <summary>For a setting whose text is secret, or which is missing.</summary>
    public static OptionsValidationException Create(string key, string expected) => Because(Sentence(key, expected));

    /// <summary>For a setting that another one requires.</summary>
    public static OptionsValidationException Missing(IConfigurationSection setting, string expected)
    {
        return Because($"{NameOf(setting.Path)} is missing; expected {expected}.");
    }

    /// <summary>The message for people about an exception at startup: a sentence for each invalid setting; null for any other exception.</summary>
    public static string? Describe(object? exception) => exception switch
    {
        OptionsValidationException wrong => string.Join(Environment.NewLine, wrong.Failures),
        AggregateException all when all.InnerExceptions.All(inner => inner is OptionsValidationException) => string.Join(Environment.NewLine, all.InnerExceptions.Select(Describe)),
        _ => null,
    };

    internal static string Sentence(string key, string expected) => $"{NameOf(key)}: expected {expected}.";

    internal static string Sentence(string key, string? text, string expected) => $"{NameOf(key)} is '{text}'; expected {expected}.";

    internal static string NameOf(string key) => key.Replace(":", "__", StringComparison.Ordinal); // As in the environment and in the README.

    private static OptionsValidationException Because(string sentence) => new(Options.DefaultName, typeof(IConfiguration), [sentence]);
}
