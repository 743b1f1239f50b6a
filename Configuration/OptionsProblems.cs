using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Configuration;

/// <summary>Collects the problems with the options of one section, a sentence for each setting.</summary>
public sealed class OptionsProblems
{
    private readonly string _section;
    private readonly IConfiguration? _settings;
    private readonly Dictionary<string, UnreadableSetting> _unreadable;
    private readonly List<string> _sentences;

    private OptionsProblems(string section, IConfiguration? settings, Dictionary<string, UnreadableSetting> unreadable, List<string> sentences) =>
        (_section, _settings, _unreadable, _sentences) = (section, settings, unreadable, sentences);

    /// <summary>Requires that a value is valid; its text is not shown unless it has the wrong type.</summary>
    /// <param name="holds">Whether it is valid.</param>
    /// <param name="name">The setting's name in the section.</param>
    /// <param name="expected">What was expected, as the end of the sentence.</param>
    public void Require(bool holds, string name, string expected)
    {
        var key = $"{_section}:{name}";
        if (_unreadable.Remove(key, out var setting))
            _sentences.Add(WrongSetting.Sentence(key, setting.Text, expected));
        else if (!holds)
            _sentences.Add(WrongSetting.Sentence(key, expected));
    }

    /// <summary>Requires that a value is valid and shows it otherwise: for values that are not secret.</summary>
    /// <param name="holds">Whether it is valid.</param>
    /// <param name="name">The setting's name in the section.</param>
    /// <param name="value">The value, which is shown if the setting has no text.</param>
    /// <param name="expected">What was expected, as the end of the sentence.</param>
    public void Require(bool holds, string name, object value, string expected)
    {
        var key = $"{_section}:{name}";
        if (_unreadable.Remove(key) || !holds)
            _sentences.Add(WrongSetting.Sentence(key, _settings?[key] ?? $"{value}", expected));
    }

    /// <summary>The same list for a nested section.</summary>
    public OptionsProblems In(string name) => new($"{_section}:{name}", _settings, _unreadable, _sentences);

    /// <summary>The problems with options that were bound from these settings, or created in code if there are none.</summary>
    internal static List<string> Of<T>(T options, IConfiguration? settings)
        where T : class, IValidatedOptions
    {
        var unreadable = settings is null ? [] : UnreadableSetting.Find(settings.GetSection(T.Section), typeof(T)).ToDictionary(setting => setting.Key, StringComparer.OrdinalIgnoreCase);
        var problems = new OptionsProblems(T.Section, settings, unreadable, []);
        options.Check(problems);
        problems._sentences.AddRange(unreadable.Values.Select(setting => WrongSetting.Sentence(setting.Key, setting.Text, setting.Expected)));
        return problems._sentences;
    }
}
